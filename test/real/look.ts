import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Expected } from "./faults/fault.ts";
import { type Machine, ON_HOST } from "./host/machine.ts";

/** The part of `gumshoe diagnose --json` that is compared. */
export type Verdict = { verdict: string; rootCauses: string[]; causes: { id: string; state: string }[] };

/** The host's two configurations: with the database's metrics and without. */
export type Config = "gumshoe.yml" | "without-metrics.yml";

const ENTRY = `${ON_HOST.repository}/src/gumshoe.js`;
/** A role that sees the database's own view of itself (pg_monitor). */
const MONITOR = "MONITOR_URL=postgres://gumshoe:only-for-this-test@db.shop.internal:5432/shop?sslmode=disable";
const CASE = "/var/tmp/gumshoe-case";

/**
 * Lets gumshoe look at the host it runs on, and keeps what it saw as a case in the folder `to`, in place of an earlier one: a wrong verdict can then be
 * replayed from the very evidence it was judged by. Throws, with gumshoe's messages, where it does not end well within 4 minutes.
 */
export async function look(machine: Machine, config: Config, to: string): Promise<Verdict> {
  await machine.sh(`rm -rf ${CASE}`);
  const asked = ["record", "prod", CASE, "--config", `/etc/gumshoe/${config}`, "--json"];
  const { exitCode, stdout, stderr } = await machine.attempt(["env", MONITOR, ON_HOST.node, ENTRY, ...asked], { timeoutS: 240 });
  if (exitCode !== 0) throw new Error(`gumshoe record: exit ${exitCode}: ${(stderr || stdout).slice(-600)}`);
  rmSync(to, { recursive: true, force: true });
  cpSync(join(machine.root, CASE), to, { recursive: true });
  return JSON.parse(stdout) as Verdict;
}

/** Whether a verdict says what was expected, no less and no more. */
export function agrees(got: Verdict, expected: Expected): boolean {
  const suspected = got.causes.filter(({ state }) => state === "suspected").map(({ id }) => id);
  return (
    got.verdict === expected.verdict &&
    got.rootCauses.toSorted().join() === (expected.rootCauses ?? []).toSorted().join() &&
    (expected.suspected ?? []).every((cause) => suspected.includes(cause))
  );
}

/** A verdict or an expectation in a few words. */
export function inWords({ verdict, rootCauses = [], suspected = [] }: Expected): string {
  return [verdict, ...rootCauses, ...suspected.map((cause) => `(${cause}?)`)].join(" ");
}

/** A verdict in the words of an expectation, so that the two can be read side by side. */
export function wordsOf(got: Verdict): string {
  const suspected = got.rootCauses.length > 0 ? [] : got.causes.filter(({ state }) => state === "suspected").map(({ id }) => id);
  return inWords({ verdict: got.verdict, rootCauses: got.rootCauses, suspected });
}
