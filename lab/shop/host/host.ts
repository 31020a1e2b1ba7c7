import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeCommand, NodeResult } from "../../aws/world.ts";
import type { Application } from "../app/application.ts";
import type { Service } from "../app/service.ts";
import type { Journal } from "../journal.ts";
import { caddyfile, kernelLines, writeAnswers } from "./answers.ts";
import { manageServices, type FixedUnit } from "./manager.ts";
import { endLeftBehind, showProcesses } from "./own-processes.ts";
import { makePrograms } from "./programs.ts";
import { runOnHost } from "./run.ts";

/** What the host is made of. */
export type HostOf = {
  dir: string;
  app: Application;
  databasePort: number;
  journal: Journal;
  accessLog: string;
  bootedAt: Date;
  hostCpu: readonly number[];
  /** Where this machine's own programs are. */
  systemPath?: string;
};

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The shop's host: a place where a script finds the shop as it would find a server of its own. `stop` ends the scripts that still run, and what they
 * left running.
 */
export type Host = {
  run: (command: NodeCommand) => Promise<NodeResult>;
  /** Variables that the host's agent has, beside those of a command; whoever adds one changes what scripts find from then on. */
  own: Record<string, string>;
  /** Where scripts keep what they know, as in /var/lib/gumshoe. */
  state: string;
  stop: () => Promise<void>;
};

/** Makes the host of a running application. */
export async function openHost(of: HostOf): Promise<Host> {
  const { dir, app, databasePort, journal, accessLog, bootedAt, hostCpu, systemPath = SYSTEM_PATH } = of;
  const [bin, answers, scripts, appDir, caddyDir] = ["bin", "answers", "tmp", "srv", "etc"].map((name) => join(dir, name)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const ports = { ...app.ports, database: databasePort };
  const folders = { app: appDir, caddyfile: join(caddyDir, "Caddyfile") };
  const state = join(dir, "var/gumshoe");
  for (const folder of [scripts, appDir, caddyDir, state]) await mkdir(folder, { recursive: true });
  await writeFile(folders.caddyfile, caddyfile(ports, accessLog));
  await utimes(folders.caddyfile, bootedAt, bootedAt);
  for (const [at, text] of kernelLines(bootedAt)) journal.write({ at, unit: "kernel", ident: "kernel", text });
  const places = { units: join(dir, "units"), asked: join(dir, "asked") };
  await makePrograms(bin, { shop: dir, answers, journal: journal.dir, real: systemPath, ...places });
  const own = {
    GUMSHOE_SWITCH_ROOT: dir,
    GUMSHOE_SWITCH_BASE: state,
    GUMSHOE_SWITCH_PROC: join(dir, "proc"),
    GUMSHOE_COPY_BASE: state,
  };
  const manager = manageServices(places, { services: [app.gunicorn as unknown as Service<never>], fixed: [caddyOf(app, bootedAt)] });
  const ended = new AbortController();
  const running = new Set<Promise<unknown>>();
  const run = async (command: NodeCommand): Promise<NodeResult> => {
    const signal = AbortSignal.any([command.signal, ended.signal]);
    const [pids, gunicorn] = [app.pids(), app.gunicorn.state()];
    showProcesses(own.GUMSHOE_SWITCH_PROC, pids);
    await writeAnswers(answers, { now: new Date(), bootedAt, pids, gunicorn, ports, backlog: app.backlog(), hostCpu, folders }, journal);
    return runOnHost({ dir: scripts, path: `${bin}:${systemPath}` }, { ...command, env: { ...own, ...command.env }, signal });
  };
  return {
    run: async (command) => {
      const result = run(command);
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    own,
    state,
    stop: async () => {
      ended.abort();
      await Promise.allSettled(running);
      endLeftBehind(state);
      await manager.stop();
    },
  };
}

function caddyOf(app: Application, since: Date): FixedUnit {
  return { name: "caddy", command: "/usr/bin/caddy run --environ", pid: app.pids().proxy, since };
}
