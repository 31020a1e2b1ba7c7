import { chown, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Unprivileged } from "../../../src/store/embedded/unprivileged.ts";

/** What a server is created from: folders for its data, its socket and links to its libraries, and a file with the superuser's password. */
export type Paths = { data: string; socket: string; lib: string; password: string };

/**
 * The folder that whoever runs the server may pass into: `dir`, or for another user than this one a folder of its own in the system's folder for
 * temporary files, since it may not pass through root's.
 */
export async function passableTo({ ids: { uid, gid } }: Unprivileged, dir: string): Promise<string> {
  if (uid === undefined || gid === undefined) return dir;
  const own = await mkdtemp(join(tmpdir(), "gumshoe-database-"));
  await chown(own, uid, gid);
  return own;
}

type Place = { dir: string; own: string; as: Unprivileged; password: string };

/** Makes these in `own`, where their owner may be; the data and the socket are seen from `dir` too. */
export async function layOut({ dir, own, as, password }: Place): Promise<Paths> {
  const { uid, gid } = as.ids;
  const [data, socket, lib] = [join(own, "data"), join(own, "socket"), join(own, "lib")];
  const paths = { data, socket, lib, password: join(own, "password") };
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const folder of [data, socket, lib]) await mkdir(folder, { mode: 0o700 });
  await writeFile(paths.password, password, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) for (const path of Object.values(paths)) await chown(path, uid, gid);
  if (own !== dir) for (const name of ["data", "socket"] as const) await symlink(paths[name], join(dir, name));
  return paths;
}
