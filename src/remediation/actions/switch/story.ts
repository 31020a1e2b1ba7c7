import { say, type PlanSay } from "../../../words/plan-say.ts";
import { Stopped } from "../../durable.ts";
import type { Plan } from "../../plan.ts";
import type { Endpoint } from "./host.ts";
import { lookOn, orderOn, proveCopy, type OnHost, type Ordering, type StepEnd, type Switching } from "./steps.ts";

/** How often what leads back is ordered: each of it looks before it acts, and an application stands still until it has been done. */
const BACK_ATTEMPTS = 3;

/** The copy that a plan makes itself, behind a freeze: by which program, on which host, and what waits for its end. */
type Copying = { ordering: Ordering; on: OnHost; made: () => Promise<CopyEnd> };

/** What a copy came to: whole, with the fingerprint of what was copied, or not. */
export type CopyEnd = { ok: true; fingerprint: string; elapsedS: number } | { failed: PlanSay };

/** What leads the hosts over. Without `copying` a copy was made before: the old database is closed, and `fingerprint` is what was approved. */
export type Story = {
  switching: Switching;
  hosts: readonly OnHost[];
  endpoint: Endpoint;
  /** The host on which the copy can be undone. */
  undoer: OnHost | undefined;
  fingerprint: string;
  copying?: Copying;
};

/** How far it has come, for the way back. `ordered` are the hosts of which a switch may have been begun. */
type Gone = { steps: number; fenced: boolean; rested: boolean; fingerprint: string; elapsedS?: number; ordered: Set<string> };

type Failed = { how: "failed" | "halted"; step: string; because: PlanSay };

/** The hosts as a plan has them. */
export function hostsIn({ draft }: Plan): OnHost[] {
  return draft.touches
    .filter(({ kind }) => kind === "host")
    .map(({ name, state }) => ({ host: name, node: String(state["node"]), sums: String(state["sums"]) }));
}

/**
 * Leads all hosts over, or all back: whatever fails, every host has the old address again before the old database is opened. Returns the seconds that its
 * own copy took. Throws a Stopped where it went back, with what stands then. A halt on the way leads back as well: a freeze must not wait for people.
 */
export async function leadOver(story: Story): Promise<{ elapsedS?: number }> {
  const { copying, fingerprint } = story;
  const gone: Gone = { steps: 0, fenced: !copying, rested: false, fingerprint, ordered: new Set() };
  const failed = await forward(story, gone);
  if (!failed) return gone.elapsedS === undefined ? {} : { elapsedS: gone.elapsedS };
  const stands = await backAgain(story, gone);
  throw new Stopped(failed.how, failed.step, say("switchFailed", failed.because, stands));
}

type Step = readonly [name: string, take: () => Promise<StepEnd>];

/** All staged, the fence proven, then one host after the other, then a look at all; the first failure ends it. */
async function forward(story: Story, gone: Gone): Promise<Failed | undefined> {
  const { switching, hosts, copying } = story;
  const each = (verb: string, take: (on: OnHost) => Promise<StepEnd>) =>
    hosts.map((on): Step => [`${verb} ${on.host}`, async () => take(on)]);
  const steps: Step[] = [
    ...each("stage", async (on) => orderOn(switching, "stage", on)),
    ...(copying ? freeze(story, copying, gone) : []),
    ["prove", async () => proveCopy(switching, gone.fingerprint)],
    ...each("switch", async (on) => {
      gone.ordered.add(on.host);
      return orderOn(switching, "switch", on);
    }),
    ...each("check", async (on) => lookOn(switching, "check", on, `check ${on.host}`)),
  ];
  for (const [step, take] of steps) {
    const end = await take().catch(async (error: unknown) => haltOn(error, switching, gone));
    if ("failed" in end) return { how: "halted" in end ? "halted" : "failed", step, because: end.failed };
    gone.steps++;
  }
  return undefined;
}

/**
 * A halt, where there is something to take back, is the end of its step, and remembered as such: a copy that takes over goes back, too, also where people
 * have let changes go on meanwhile. Anything else is thrown on.
 */
async function haltOn(error: unknown, { durable }: Switching, { steps }: Gone): Promise<{ halted: true; failed: PlanSay }> {
  if (!(error instanceof Stopped && error.how === "halted" && steps > 0)) throw error;
  const end = { halted: true as const, failed: error.because };
  return durable.change(error.step, {
    evenHalted: true,
    intent: { halted: true },
    landed: async () => ({ is: "not-done" }),
    act: async () => end,
  });
}

/** The units end on every host; then the old database is closed and copied. */
function freeze({ switching, hosts }: Story, { ordering, on, made }: Copying, gone: Gone): Step[] {
  const rests = hosts.map((each): Step => [
    `rest ${each.host}`,
    async () => {
      gone.rested = true;
      return orderOn(switching, "rest", each);
    },
  ]);
  const copy = async (): Promise<StepEnd> => {
    gone.fenced = true;
    const begun = await orderOn(ordering, "start", on, "copy begins");
    if ("failed" in begun) return begun;
    const end = await made();
    if ("failed" in end) return end;
    gone.fingerprint = end.fingerprint;
    gone.elapsedS = end.elapsedS;
    return { ok: true };
  };
  return [...rests, ["copy", copy]];
}

/**
 * Every host goes back, the last one first: also those that were only staged, so that an order that is delivered late finds nothing to switch. The old
 * database is opened only when all of which a switch was begun are back; until then no host can write there.
 */
async function backAgain(story: Story, gone: Gone): Promise<PlanSay> {
  const { switching, hosts, endpoint, copying } = story;
  // A copy that runs on would raise the fence again, and one whose order is delivered late must not begin.
  if (copying && gone.fenced) await orderOn(copying.ordering, "stop", copying.on, "copy ends");
  const left: Left[] = [];
  // The first host that was switched comes last: it has counted before anything was written, and after all others are back.
  let written: string | undefined;
  for (const on of hosts.toReversed()) {
    const end = await insistOn(switching, "back", on);
    if ("ok" in end) written = end.written;
    else if (gone.ordered.has(on.host)) left.push({ host: on.host, because: end.failed });
  }
  if (left.length > 0) return standing(say("hostsAreLeft", namesOf(left), endpoint.from), left);
  const open: StepEnd = gone.fenced ? await openAgain(story) : { ok: true };
  // Behind a fence that stands, units are begun only if this plan has ended them: it may be that none was ever raised.
  const asleep = "failed" in open && !gone.rested ? [] : await wakeAll(story);
  return withWritten(endpoint.to, written, allBack(story, open, asleep));
}

function allBack({ hosts, endpoint }: Story, open: StepEnd, asleep: readonly Left[]): PlanSay {
  if ("failed" in open) return say("standsSince", say("allBackStillFenced", endpoint.from), open.failed);
  if (asleep.length > 0) return standing(say("allBackSomeDown", endpoint.from, namesOf(asleep)), asleep);
  return say(
    "allBack",
    endpoint.from,
    hosts.map(({ host }) => host),
  );
}

/** What stands, with what was written to the new database meanwhile, which is nowhere else. */
function withWritten(to: string, written: string | undefined, stands: PlanSay): PlanSay {
  if (written === undefined || written === "none") return stands;
  const tables = [...written.matchAll(/([\w.?]+):(\d{1,15})/g)].map(([, table = "", rows]) => ({ table, rows: Number(rows) }));
  const more = Number(/ \+(\d{1,6})$/.exec(written)?.[1] ?? 0);
  return tables.length > 0 ? say("wroteToNew", stands, to, tables, more) : say("wroteToNewUnseen", stands, to);
}

/** A host that an order left as it was, and why. */
type Left = { host: string; because: PlanSay };

const namesOf = (left: readonly Left[]) => left.map(({ host }) => host);

/** What stands, with why the first host is left. */
function standing(stands: PlanSay, [first]: readonly Left[]): PlanSay {
  return first ? say("standsSince", stands, first.because) : stands;
}

async function openAgain({ switching, copying, undoer }: Story): Promise<StepEnd> {
  if (copying) return insistOn(copying.ordering, "unfence", copying.on, "unfence");
  return undoer ? insistOn(switching, "unfence", undoer, "unfence") : { failed: say("noCopyProof") };
}

async function wakeAll({ switching, hosts }: Story): Promise<Left[]> {
  const asleep: Left[] = [];
  for (const on of hosts) {
    const end = await insistOn(switching, "wake", on);
    if ("failed" in end) asleep.push({ host: on.host, because: end.failed });
  }
  return asleep;
}

async function insistOn(ordering: Ordering, verb: "back" | "unfence" | "wake", on: OnHost, name = `${verb} ${on.host}`): Promise<StepEnd> {
  let end = await orderOn(ordering, verb, on, name);
  for (let attempt = 2; "failed" in end && attempt <= BACK_ATTEMPTS; attempt++)
    end = await orderOn(ordering, verb, on, `${name} (${attempt})`);
  return end;
}
