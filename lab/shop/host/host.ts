import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeCommand, NodeResult } from "../../aws/world.ts";
import type { Application } from "../app/application.ts";
import type { Journal } from "../journal.ts";
import { caddyfile, kernelLines, writeAnswers } from "./answers.ts";
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

/** The shop's host: a place where a script finds the shop as it would find a server of its own. `stop` ends the scripts that still run. */
export type Host = { run: (command: NodeCommand) => Promise<NodeResult>; stop: () => Promise<void> };

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
  for (const folder of [scripts, appDir, caddyDir]) await mkdir(folder, { recursive: true });
  await writeFile(folders.caddyfile, caddyfile(ports, accessLog));
  await utimes(folders.caddyfile, bootedAt, bootedAt);
  for (const [at, text] of kernelLines(bootedAt)) journal.write({ at, unit: "kernel", ident: "kernel", text });
  await makePrograms(bin, { shop: dir, answers, journal: journal.dir, real: systemPath });
  const ended = new AbortController();
  const running = new Set<Promise<unknown>>();
  const run = async (command: NodeCommand): Promise<NodeResult> => {
    const signal = AbortSignal.any([command.signal, ended.signal]);
    await writeAnswers(answers, { now: new Date(), bootedAt, pids: app.pids(), ports, backlog: app.backlog(), hostCpu, folders }, journal);
    return runOnHost({ dir: scripts, path: `${bin}:${systemPath}` }, { ...command, signal });
  };
  return {
    run: async (command) => {
      const result = run(command);
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    stop: async () => {
      ended.abort();
      await Promise.allSettled(running);
    },
  };
}
