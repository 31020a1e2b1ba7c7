import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Service, ServiceState } from "../app/service.ts";
import { uptimeS } from "../processes.ts";

/** What systemd's stand-in reads and writes: the units' files, and what it is asked for. */
export type ManagerPlaces = { units: string; asked: string };

/** A unit that nobody stops, and its command. */
export type FixedUnit = { name: string; command: string; pid: number; since: Date };

/** How often it is looked what was asked for. */
const EVERY_MS = 25;

const SUB_STATES: Readonly<Record<ServiceState["active"], string>> = {
  active: "running",
  activating: "start",
  deactivating: "stop-sigterm",
  inactive: "dead",
  failed: "failed",
};

/** Runs the services of a host as systemd does: tells what they are in files, and does what is asked for. */
export function manageServices(
  { units, asked }: ManagerPlaces,
  { services, fixed }: { services: readonly Service<never>[]; fixed: readonly FixedUnit[] },
): { stop: () => Promise<void> } {
  for (const folder of [units, asked]) mkdirSync(folder, { recursive: true });
  write(units, ".not-found", { LoadState: "not-found", ActiveState: "inactive", SubState: "dead", UnitFileState: "" });
  for (const { name, command, pid, since } of fixed)
    write(units, name, textOf({ name, command, state: { active: "active", invocation: name.padEnd(32, "0"), since, pid } }));
  for (const service of services) service.onChange((state) => write(units, service.name, textOf({ ...service, state })));
  const ended = new AbortController();
  const work = (async () => {
    while (!ended.signal.aborted) {
      for (const name of await readdir(asked)) if (name.endsWith(".ask")) void answer(asked, name, services);
      await pause(EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      ended.abort();
      await work;
    },
  };
}

async function answer(asked: string, name: string, services: readonly Service<never>[]): Promise<void> {
  const [path, done] = [join(asked, name), join(asked, name.replace(/ask$/, "done"))];
  // At once: the next look must not find it any more.
  const [verb = "", unit] = readFileSync(path, "utf8").trim().split(" ");
  rmSync(path);
  const service = services.find((each) => each.name === unit);
  const does = service && { start: service.start, stop: service.stop, restart: service.restart }[verb];
  const code = does
    ? await does().then(
        () => 0,
        () => 1,
      )
    : 1;
  // The host may be gone by now.
  if (!existsSync(asked)) return;
  writeFileSync(`${done}.new`, `${code}\n`);
  renameSync(`${done}.new`, done);
}

type Told = { name: string; state: ServiceState; command?: string; environmentFile?: string };

function textOf({ name, state: { active, invocation, since, pid }, command, environmentFile }: Told): Record<string, string> {
  const sinceBootUs = Math.max(1, Math.round((uptimeS() - (Date.now() - since.getTime()) / 1000) * 1e6));
  return {
    Id: `${name}.service`,
    LoadState: "loaded",
    UnitFileState: "enabled",
    ActiveState: active,
    SubState: SUB_STATES[active],
    Result: active === "failed" ? "exit-code" : "success",
    InvocationID: invocation,
    NRestarts: "0",
    MainPID: String(pid),
    ActiveEnterTimestamp:
      active === "active" ? `${since.toUTCString().slice(0, 3)} ${since.toISOString().slice(0, 19).replace("T", " ")} UTC` : "",
    ActiveEnterTimestampMonotonic: active === "active" ? String(sinceBootUs) : "0",
    ...(command === undefined ? {} : { ExecStart: command }),
    ...(environmentFile === undefined ? {} : { EnvironmentFiles: `${environmentFile} (ignore_errors=no)` }),
  };
}

function write(units: string, name: string, of: Readonly<Record<string, string>>): void {
  const path = join(units, name);
  const text = Object.entries(of).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(`${units}/.${name}.new`, text.join(""));
  renameSync(`${units}/.${name}.new`, path);
}
