import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Programs of this machine that the shop's host does not show as they are, and why:
 * journalctl, systemctl, dmesg, who, last: they would tell of this machine's units, kernel and people. Units are begun and ended as really.
 * ip: the host's own address, and the word by which PostgreSQL tells clients that come through the lab's link, which are all of this host.
 * aws: it reads a secret with the credentials of the host's own agent, from the local AWS; older versions cannot be led there by a variable.
 * systemd-run: what is begun there would be this machine's.
 * ss, ps, top, vmstat, uptime: other work here must not look like work of the host; they tell of the shop's processes only.
 * free: the host is as large as its plan (2 GB), and holds the shop's processes.
 * df, du: only the root and what the shop stands on; a full disk elsewhere is none of the host's.
 * mpstat, and `cat` of the CPU pressure: both know the whole machine only, so they are not there.
 * grep, find: in the steps that look at this machine's packages, settings and control groups.
 * python3: only where this machine has none. The probes of the runbook that need it are then taken by Node, as really.
 * Everything else, nproc and a python3 among it, is the real one: these look at nothing but what they are asked for.
 */
const PROGRAMS = "journalctl systemctl dmesg who last aws ip systemd-run ss ps top vmstat uptime free df du mpstat cat grep find".split(
  " ",
);

/** Where a shop's stand-ins find what they tell. */
export type Places = { shop: string; answers: string; journal: string; real: string; units: string; asked: string };

/** Node, and the program that it takes probes with. */
const PROBES = {
  node: process.execPath,
  probe: fileURLToPath(new URL("probes/probe.ts", import.meta.url)),
  secret: fileURLToPath(new URL("probes/secret.ts", import.meta.url)),
};

/** Makes a folder of stand-ins for the programs of the shop's host. */
export async function makePrograms(dir: string, places: Places): Promise<void> {
  await mkdir(dir, { recursive: true });
  const words: Record<string, string> = { ...places, ...PROBES, systemctl: join(dir, ".systemctl") };
  for (const name of ["program", "systemctl"]) {
    const text = await readFile(new URL(`${name}.sh`, import.meta.url), "utf8");
    const filled = text.replace(/@(shop|answers|journal|real|node|probe|secret|units|asked|systemctl)@/g, (_, word: string) =>
      (words[word] ?? "").replaceAll("'", `'\\''`),
    );
    await writeFile(join(dir, `.${name}`), filled);
    await chmod(join(dir, `.${name}`), 0o755);
  }
  const hasPython = places.real.split(":").some((folder) => existsSync(join(folder, "python3")));
  for (const name of hasPython ? PROGRAMS : [...PROGRAMS, "python3"]) await symlink(".program", join(dir, name));
}
