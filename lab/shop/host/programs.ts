import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Programs of this machine that the shop's host does not show as they are, and why:
 * journalctl, systemctl, dmesg, who, last: they would tell of this machine's units, kernel and people.
 * ss, ps, top, vmstat, uptime: other work here must not look like work of the host; they tell of the shop's processes only.
 * free: the host is as large as its plan (2 GB), and holds the shop's processes.
 * df, du: only the root and what the shop stands on; a full disk elsewhere is none of the host's.
 * mpstat, and `cat` of the CPU pressure: both know the whole machine only, so they are not there.
 * grep, find: in the steps that look at this machine's packages, settings and control groups.
 * python3: only where this machine has none. The probes of the runbook that need it are then taken by Node, as really.
 * Everything else, nproc and a python3 among it, is the real one: these look at nothing but what they are asked for.
 */
const PROGRAMS = "journalctl systemctl dmesg who last ss ps top vmstat uptime free df du mpstat cat grep find".split(" ");

/** Where a shop's stand-ins find what they tell. */
export type Places = { shop: string; answers: string; journal: string; real: string };

/** Node, and the program that it takes probes with. */
const PROBES = { node: process.execPath, probe: fileURLToPath(new URL("probes/probe.ts", import.meta.url)) };

/** Makes a folder of stand-ins for the programs of the shop's host. */
export async function makePrograms(dir: string, places: Places): Promise<void> {
  await mkdir(dir, { recursive: true });
  const text = await readFile(new URL("program.sh", import.meta.url), "utf8");
  const program = join(dir, ".program");
  const words: Record<string, string> = { ...places, ...PROBES };
  const filled = text.replace(/@(shop|answers|journal|real|node|probe)@/g, (_, name: string) =>
    (words[name] ?? "").replaceAll("'", `'\\''`),
  );
  await writeFile(program, filled);
  await chmod(program, 0o755);
  const hasPython = places.real.split(":").some((folder) => existsSync(join(folder, "python3")));
  for (const name of hasPython ? PROGRAMS : [...PROGRAMS, "python3"]) await symlink(".program", join(dir, name));
}
