import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { switchScript } from "../../../src/remediation/switch-script.ts";

/** What the program printed, by key; `failed` is the sentence of one that could not begin. */
export type Said = Record<string, string>;

const SERVER = `const { createServer } = require("node:net");
createServer((socket) => { socket.on("error", () => socket.destroy()); socket.once("data", () => socket.write("N")); })
  .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

/** A PostgreSQL server as far as a first packet goes: it says that it has no TLS. It is a process of its own, as tests wait for programs. */
export async function postgresLike(): Promise<{ port: number; close: () => void }> {
  const child = spawn(process.execPath, ["-e", SERVER], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve) => void child.stdout.once("data", (line: Buffer) => resolve(Number(line))));
  return { port, close: () => void child.kill() };
}

const SYSTEMCTL = `#!/bin/sh
d=$(dirname "$0")/units
case "$1" in
list-units|list-unit-files) for u in "$d"/*; do [ -d "$u" ] && echo "\${u##*/}.service loaded"; done; exit 0 ;;
esac
verb=$1; shift
for last; do :; done
u=$d/\${last%.service}
case "$verb" in
restart)
  echo "$last" >>"$d/../calls"
  [ ! -f "$u/slow" ] || sleep "$(cat "$u/slow")"
  echo $(($(cat "$u/id") + 1)) >"$u/id"
  if [ -f "$u/fails" ]; then echo failed >"$u/state"; exit 1; fi
  echo active >"$u/state" ;;
stop)
  echo "$last" >>"$d/../stops"
  [ -f "$u/stays" ] || echo inactive >"$u/state" ;;
show)
  case "$*" in
  *ActiveState*--value*) if [ -f "$u/dies" ] && [ "$(cat "$u/id")" -gt 1 ]; then n=$(cat "$u/dies"); echo $((n - 1)) >"$u/dies"; [ "$n" -gt 0 ] || echo failed >"$u/state"; fi; cat "$u/state" ;;
  *LoadState*--value*) if [ -d "$u" ]; then echo loaded; else echo not-found; fi ;;
  *UnitFileState*--value*) cat "$u/enabled" 2>/dev/null || echo enabled ;;
  *InvocationID*--value*) cat "$u/id" ;;
  *) while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done; shift
    for n; do u=$d/\${n%.service}; echo "Id=$n"; echo "ActiveState=$(cat "$u/state")"; cat "$u/more" 2>/dev/null; echo; done ;;
  esac ;;
esac
`;

/** A host of a test: a folder with a `systemctl` that keeps units in files, and everything that the program looks at. */
export function makeHost({ shell = "dash", units = ["web", "worker"] }: { shell?: string; units?: readonly string[] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "gumshoe-switch-"));
  const at = (name: string) => join(dir, name);
  const write = (name: string, text: string | Buffer, mode = 0o640) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text, { mode });
    return at(name);
  };
  write("bin/systemctl", SYSTEMCTL, 0o755);
  chmodSync(at("bin/systemctl"), 0o755);
  write("bin/getent", "#!/bin/sh\necho '127.0.0.9 STREAM db-old.example'\n", 0o755);
  write("bin/psql", `#!/bin/sh\necho "$PGHOST:$PGPORT $PGUSER $PGPASSWORD $PGDATABASE" >>"$(dirname "$0")/logins"\n`, 0o755);
  // The real one walks through every process of this machine.
  write("bin/ss", "#!/bin/sh\n", 0o755);
  for (const unit of units) {
    write(`bin/units/${unit}/state`, "active\n");
    write(`bin/units/${unit}/id`, "1\n");
  }
  mkdirSync(at("proc"), { recursive: true });
  mkdirSync(at("etc"), { recursive: true });
  write("program.sh", switchScript());
  const values: Record<string, string> = {
    SSM_plan: "p1",
    SSM_hashKey: "ab".repeat(32),
    SSM_old: "db-old.example:5432",
    SSM_new: "127.0.0.1:5433",
    SSM_units: units.join(" "),
    SSM_stayS: "0",
    SSM_waitS: "3",
    SSM_times: "2",
    GUMSHOE_SWITCH_BASE: at("state"),
    GUMSHOE_SWITCH_ROOT: dir,
    GUMSHOE_SWITCH_PROC: at("proc"),
    PATH: `${at("bin")}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
  };
  const run = (verb: string, more: Record<string, string> = {}): Said => {
    const env = { ...values, SSM_verb: verb, ...more };
    const { stdout, stderr, status } = spawnSync(shell, [at("program.sh")], { env, encoding: "utf8" });
    return { ...read(stdout), status: String(status), stdout, stderr };
  };
  const begin = (verb: string) => {
    const child = spawn(shell, [at("program.sh")], { env: { ...values, SSM_verb: verb }, stdio: "ignore", detached: true });
    const ended = new Promise<void>((resolve) => void child.once("close", () => resolve()));
    return { kill: () => process.kill(-(child.pid ?? 0), "SIGKILL"), ended };
  };
  /** The sums of a look, as every later verb wants them. */
  const plan = (): Said => {
    const said = run("look");
    const count = Number(said["file.count"] ?? 0);
    const sums = Array.from({ length: count }, (_, n) => `${said[`file.${n + 1}.sha256`]}:${said[`file.${n + 1}.sha256After`]}`);
    values["SSM_sums"] = sums.join(" ");
    return said;
  };
  const calls = () => (existsSync(at("bin/calls")) ? readFileSync(at("bin/calls"), "utf8").trim().split("\n") : []);
  return { dir, at, write, values, run, begin, plan, calls, text: (name: string) => readFileSync(at(name), "utf8") };
}

/** A host of a test. */
export type Host = ReturnType<typeof makeHost>;

function read(stdout: string): Said {
  const failed = /^gumshoe:1 failed: (.*)$/m.exec(stdout)?.[1];
  const pairs = [...stdout.matchAll(/^([\w.]+)=(.*)$/gm)].map(([, key, value]) => [key ?? "", value ?? ""]);
  return { ...(Object.fromEntries(pairs) as Said), ...(failed === undefined ? {} : { failed }) };
}
