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

/** Lets gumshoe look at the host it runs on; throws, with its messages, where it does not end well within 4 minutes. */
export async function diagnose(machine: Machine, config: Config): Promise<Verdict> {
  const { exitCode, stdout, stderr } = await gumshoe(machine, ["diagnose", "prod", "--config", `/etc/gumshoe/${config}`, "--json"]);
  if (exitCode !== 0) throw new Error(`gumshoe diagnose: exit ${exitCode}: ${(stderr || stdout).slice(-600)}`);
  return JSON.parse(stdout) as Verdict;
}

/** Lets gumshoe record what it sees as a case in the folder `to`, in place of an earlier one. */
export async function record(machine: Machine, to: string): Promise<void> {
  await machine.sh(`rm -rf ${CASE}`);
  const { exitCode, stdout, stderr } = await gumshoe(machine, ["record", "prod", CASE, "--config", "/etc/gumshoe/gumshoe.yml"]);
  if (exitCode !== 0) throw new Error(`gumshoe record: exit ${exitCode}: ${(stderr || stdout).slice(-600)}`);
  rmSync(to, { recursive: true, force: true });
  cpSync(join(machine.root, CASE), to, { recursive: true });
}

function gumshoe(machine: Machine, args: readonly string[]) {
  return machine.attempt(["env", MONITOR, ON_HOST.node, ENTRY, ...args], { timeoutS: 240 });
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
