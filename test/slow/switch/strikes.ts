import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, type Server } from "../copy/servers.ts";
import type { Host } from "./host.ts";

/** What strikes a copy once it can, and what the copy says then. */
export type Strike = { what: string; says: RegExp; strike: (host: Host, live: Server, id: string) => Promise<void> };

/** Where a copy stands, by what its run has written down on its host. */
export function phaseOf(host: Host, id: string): string {
  const file = `state/copy-${id}/phase`;
  return existsSync(host.at(file)) ? host.text(file).trim() : "";
}

/** The copy's own pg_dump is killed, known by its environment, once it dumps. */
export const DUMP_KILLED: Strike = {
  what: "whose dump is killed",
  says: /the definitions could not be read/,
  strike: async (host, _, id) => {
    const own = `GUMSHOE_COPY_RUN=${host.at("state")}/copy-${id}`;
    while (!killDump(own)) await sleep(5);
  },
};

/** Each connection of a copy is short: they are cut from the schema on, until no row is copied any more. */
export const CONNECTIONS_CUT: Strike = {
  what: "whose connections to the old database are cut while it copies",
  says: /terminating connection due to administrator command|server closed the connection|snapshot/,
  strike: async (host, live, id) => {
    const copies = () => /^(?:schema|data)$/.test(phaseOf(host, id)) && !existsSync(host.at(`state/copy-${id}/exit`));
    while (!copies()) await sleep(10);
    for (; copies(); await sleep(10))
      await ask(
        live,
        "rdsadmin",
        "postgres",
      )(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gumshoe-copy-${id}'`);
  },
};

/** Kills the pg_dump that has this in its environment, where one dumps just now; returns whether it did. */
export function killDump(environment: string): boolean {
  const isDump = (pid: string) =>
    readOr(`/proc/${pid}/comm`) === "pg_dump\n" &&
    !readOr(`/proc/${pid}/cmdline`).includes("--version") &&
    readOr(`/proc/${pid}/environ`).includes(environment);
  const pid = readdirSync("/proc").find((each) => /^\d+$/.test(each) && isDump(each));
  if (pid !== undefined) process.kill(Number(pid), "SIGKILL");
  return pid !== undefined;
}

/** The text of a file, or nothing where it is gone. */
export function readOr(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
