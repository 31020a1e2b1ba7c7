import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { StoreFault } from "../database/store-fault.ts";
import { syncFolder } from "../database/sync-folder.ts";
import type { Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";
import type { Unprivileged } from "./unprivileged.ts";

/** Nobody else may pass into the socket's folder, so whoever reaches the server is who runs the program. */
const HOW = ["-U", "postgres", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-instructions"];

/** What a start that was killed left behind is removed after an hour; no initdb takes that long. */
const LEFT_MS = 3_600_000;

/**
 * Creates the server's data, unless they are there. They appear whole or not at all, and only once: of several programs that do so at the same time
 * one's are taken. Throws a StoreFault with what initdb said, or where the user who runs it cannot pass into the folder.
 */
export async function createData(place: Place, binaries: Binaries, as: Unprivileged): Promise<void> {
  if (await stat(place.data).catch(() => undefined)) return;
  refuseImpassable(place, binaries, as);
  const name = `${place.data}.new-${randomBytes(4).toString("hex")}`;
  await clearLeft(place);
  try {
    await initdb(name, binaries, as, place.folder);
    await rename(name, place.data);
    await syncFolder(place.folder);
  } catch (error) {
    await rm(name, { recursive: true, force: true });
    // Another program was first.
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

async function initdb(data: string, binaries: Binaries, as: Unprivileged, folder: string): Promise<void> {
  const [program = "", ...args] = [...as.before, binaries.initdb, "-D", data, ...HOW];
  const child = spawn(program, args, { ...as.ids, env: binaries.env, stdio: ["ignore", "ignore", "pipe"] });
  const [said, code] = await Promise.all([text(child.stderr), once(child, "close").then(([status]) => status as number | null)]).catch(
    (error: Error) => [error.message, -1] as const,
  );
  if (code !== 0) throw new StoreFault({ kind: "not-started", folder, because: said.trim().slice(-2_000) });
}

function refuseImpassable({ folder }: Place, { initdb: program, env }: Binaries, { ids }: Unprivileged): void {
  if (ids.uid === undefined) return;
  const { status } = spawnSync("/bin/sh", ["-c", 'test -w "$1" && test -x "$2"', "sh", folder, program], { ...ids, env });
  if (status !== 0) throw new StoreFault({ kind: "not-passable", folder });
}

async function clearLeft({ folder }: Place): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith("postgres.new-")) continue;
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > LEFT_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}
