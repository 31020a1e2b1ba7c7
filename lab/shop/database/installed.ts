import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "../../../src/store/embedded/binaries.ts";

/** PostgreSQL as this machine's packages have it, with the programs that copy a database, and its version such as 15.18. */
export type Installed = { binaries: Pick<Binaries, "initdb" | "postgres" | "env">; version: string };

/** What a server needs, and what a host needs that copies one to another. */
const NEEDED = ["initdb", "postgres", "psql", "pg_dump", "pg_restore"];

/** The oldest that the lab can take a backup of: its functions have had other names before. */
const OLDEST = 15;

/** Where packages put PostgreSQL: Debian's and Ubuntu's folders, then Red Hat's. */
const PLACES = [
  { folder: "/usr/lib/postgresql", name: /^(\d+)$/ },
  { folder: "/usr", name: /^pgsql-(\d+)$/ },
];

/** The newest PostgreSQL of this machine that has all programs; nothing where there is none, or only an older one than 15. */
export function installedPostgres(): Installed | undefined {
  const found = PLACES.flatMap(({ folder, name }) =>
    entriesOf(folder).flatMap((entry) => {
      const major = Number(name.exec(entry)?.[1] ?? 0);
      const bin = join(folder, entry, "bin");
      return major >= OLDEST && NEEDED.every((program) => existsSync(join(bin, program))) ? [{ major, bin }] : [];
    }),
  );
  const newest = found.toSorted((a, b) => b.major - a.major)[0];
  if (!newest) return undefined;
  const { stdout } = spawnSync(join(newest.bin, "postgres"), ["--version"], { encoding: "utf8" });
  const version = /(\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) return undefined;
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  return { binaries: { initdb: join(newest.bin, "initdb"), postgres: join(newest.bin, "postgres"), env }, version };
}

function entriesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
