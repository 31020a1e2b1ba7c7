import { spawnSync } from "node:child_process";
import { chown, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Who runs PostgreSQL, which refuses root, and where: words before its own, user and group for `spawn`, a folder that is theirs. */
export type Unprivileged = { before: readonly string[]; ids: { uid?: number; gid?: number }; dir: string };

/** "nobody" on Linux; nothing else belongs to it. */
const NOBODY = 65_534;

/**
 * A user who is not root: that user, in `dir`. For root: "nobody" in a user namespace, where root's own files stay readable and nothing changes
 * hands. Where namespaces are forbidden (Docker): "nobody" itself, in a folder of its own in the system's folder for temporary files, since it may
 * not pass through root's.
 */
export async function unprivileged(dir: string): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { before: [], ids: {}, dir };
  const before = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  if (spawnSync("unshare", [...before.slice(1), "true"], { stdio: "ignore" }).status === 0) return { before, ids: {}, dir };
  const own = await mkdtemp(join(tmpdir(), "gumshoe-database-"));
  await chown(own, NOBODY, NOBODY);
  return { before: [], ids: { uid: NOBODY, gid: NOBODY }, dir: own };
}

/** What a server is created from: folders for its data, its socket and links to its libraries, and a file with the superuser's password. */
export type Paths = { data: string; socket: string; lib: string; password: string };

/** Makes these where their owner may be; the data and the socket are seen from `dir` too. */
export async function layOut(dir: string, as: Unprivileged, password: string): Promise<Paths> {
  const [data, socket, lib] = [join(as.dir, "data"), join(as.dir, "socket"), join(as.dir, "lib")];
  const paths = { data, socket, lib, password: join(as.dir, "password") };
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const folder of [data, socket, lib]) await mkdir(folder, { mode: 0o700 });
  await writeFile(paths.password, password, { mode: 0o600 });
  const { uid, gid } = as.ids;
  if (uid !== undefined && gid !== undefined) {
    for (const path of Object.values(paths)) await chown(path, uid, gid);
    for (const name of ["data", "socket"] as const) await symlink(paths[name], join(dir, name));
  }
  return paths;
}
