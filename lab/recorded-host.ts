import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Values } from "../src/runbook/host-script.ts";

/** A host made of a recording: run a compiled host script with `path` as its PATH and compiled with `values`; `remove` takes it away. */
export type RecordedHost = { path: string; values: Required<Omit<Values, "probeUrl">>; remove: () => Promise<void> };

/** Programs that steps ask; `timeout` among them so that a step without a recording does not run at all (exit code 127, nothing printed). */
const PROGRAMS =
  "journalctl systemctl dmesg df free uptime nproc vmstat top ps ss who last getent python3 curl openssl nc redis-cli celery mpstat du nice find cat grep timeout".split(
    " ",
  );

const REAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * A host whose programs print what they printed when a case was recorded (`<caseDir>/evidence/<step>.*`), for whichever step asks, so that the
 * real host script can be run against it. Nothing is started and nothing is opened to the network.
 */
export async function recordedHost(caseDir: string): Promise<RecordedHost> {
  const evidence = resolve(caseDir, "evidence");
  const dir = await mkdtemp(join(tmpdir(), "gumshoe-recorded-"));
  const bin = join(dir, "bin");
  await mkdir(bin);
  const stand = await readFile(new URL("recorded-host.sh", import.meta.url), "utf8");
  const places: Record<string, string> = { evidence, real: REAL_PATH };
  const quoted = (name: string) => (places[name] ?? "").replaceAll("'", `'\\''`);
  const program = join(dir, "program");
  await writeFile(
    program,
    stand.replace(/@(evidence|real)@/g, (_, name: string) => quoted(name)),
  );
  await chmod(program, 0o755);
  for (const name of PROGRAMS) await symlink(program, join(bin, name));
  return { path: `${bin}:${REAL_PATH}`, values: valuesOf(evidence), remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Names that satisfy every step; what they name is not there, the recording answers for it. */
function valuesOf(evidence: string): RecordedHost["values"] {
  return {
    caddyLog: join(evidence, "caddy-access.log"),
    caddyUnit: "caddy",
    gunicornUnit: "gunicorn",
    celeryUnit: "celery",
    celeryQueue: "celery",
    redisHost: "127.0.0.1",
    redisPort: "6379",
    dbHost: "db.shop.internal",
    dbPort: "5432",
    dbUser: "shop",
    dbName: "shop",
    appAddress: "127.0.0.1:8000",
    siteHost: "shop.example",
  };
}
