import { createHash } from "node:crypto";
import { chown, lstat, mkdir, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { StoreFault } from "../database/store-fault.ts";
import { NOBODY, type Unprivileged } from "./unprivileged.ts";

/** Where everything of a built-in server is: all of it in the store's folder, except a socket whose path would be too long there. */
export type Place = { folder: string; data: string; socket: string; lib: string; log: string; url: string };

/** Bytes of a socket's path, with the NUL at its end (unix(7), sun_path). */
const LONGEST_SOCKET = 108;

/** The socket's name is its port's; nothing listens on the port. */
const SOCKET_NAME = ".s.PGSQL.5432";

/** Names the places of a folder; makes none of them. The same folder always has the same. */
export function placeOf(path: string): Place {
  const folder = resolve(path);
  const inside = join(folder, "socket");
  const short = join(tmpdir(), `gumshoe-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`);
  const socket = Buffer.byteLength(join(inside, SOCKET_NAME)) < LONGEST_SOCKET ? inside : short;
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(socket)}`;
  return { folder, data: join(folder, "postgres"), socket, lib: join(folder, "lib"), log: join(folder, "server.log"), url };
}

/** Makes the folders, for their owner alone, and gives them to whoever runs the server. Throws as `refuseStrangers` does. */
export async function prepare(place: Place, { ids }: Unprivileged): Promise<void> {
  const { folder, data, socket, lib } = place;
  for (const made of [folder, socket, lib]) await mkdir(made, { recursive: true, mode: 0o700 });
  await refuseStrangers(place);
  if (process.getuid?.() === 0) for (const made of [folder, socket, lib, data]) await give(made, ids.uid ?? 0);
}

/**
 * Whether the folder of the socket is there. Throws a StoreFault where somebody else has made it, or may write to it: they could answer in the
 * server's place.
 */
export async function refuseStrangers({ socket, lib }: Pick<Place, "socket" | "lib">): Promise<boolean> {
  const me = process.getuid?.() ?? 0;
  for (const made of [lib, socket]) {
    const stat = await lstat(made).catch(() => undefined);
    if (!stat) return false;
    const isOurs = stat.uid === me || (me === 0 && stat.uid === NOBODY);
    if (!isOurs || !stat.isDirectory() || (stat.mode & 0o022) !== 0) throw new StoreFault({ kind: "not-ours", folder: made });
  }
  return true;
}

/** Gives a folder with all that is in it to a user, unless it is theirs. */
async function give(path: string, uid: number): Promise<void> {
  const stat = await lstat(path).catch(() => undefined);
  if (!stat || stat.uid === uid) return;
  if (stat.isDirectory()) for (const name of await readdir(path)) await give(join(path, name), uid);
  if (!stat.isSymbolicLink()) await chown(path, uid, uid);
}
