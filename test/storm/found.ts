import type { StormTruth } from "../../lab/storm/storm.ts";
import type { Site } from "./site.ts";

/** What was looked at after a storm: whether it is as it should be, and the figures. */
export type Found = { claim: string; holds: boolean; figures: string };

type Posted = { key: string; ts: string; threadTs?: string };

/** Every message of ours in Slack, by the key in its metadata. */
function posted({ slack }: Site): Posted[] {
  return slack.workspace.messages
    .filter(({ user, ephemeralFor }) => user === "U0GUMSHOE" && ephemeralFor === undefined)
    .map(({ metadata, ts, threadTs }) => ({
      key: String((metadata as { event_payload?: { key?: string } } | undefined)?.event_payload?.key ?? ""),
      ts,
      ...(threadTs === undefined ? {} : { threadTs }),
    }));
}

/**
 * Holds the store and Slack against what is true after a storm. With `again`, messages may have come back to the queue: one that was refused, and not
 * deleted in time, is counted each time that it comes.
 */
export async function holdAgainst(site: Site, truth: StormTruth, { again = false } = {}): Promise<Found[]> {
  const messages = posted(site);
  const incidents = await site.rows<{ environment: string; n: number }>(
    "select environment, count(*)::int as n from incident group by environment",
  );
  const roots = messages.filter(({ key, threadTs }) => threadTs === undefined && /^incident:\d+:headline$/.test(key));
  const keys = messages.filter(({ key }) => key !== "").map(({ key }) => key);
  const taken = await countIn(site, "select count(*)::int as n from delivery where source <> 'slack' and id not like 'settled %'");
  const alarms = await site.rows<{ key: string; state: string; changed_at: Date }>("select key, state, changed_at from alarm");
  const wrong = alarms.filter(({ key, state, changed_at }) => {
    const expected = truth.alarms.get(key);
    return expected?.state !== state || expected.changedAt.getTime() !== new Date(changed_at).getTime();
  });
  const owed = await site.rows<{ key: string; outcome: unknown }>(
    "select key, outcome from post where outcome is null or not outcome ? 'ts'",
  );
  const refused = await countIn(site, "select coalesce(sum(count), 0)::int as n from refusal");
  const unmatched = await countIn(site, "select coalesce(sum(count), 0)::int as n from unmatched");
  return [
    {
      claim: "one incident and one thread an environment",
      holds: incidents.every(({ n }) => n === 1) && incidents.length === truth.environments.length && roots.length === incidents.length,
      figures: `${incidents.length} incidents, ${roots.length} threads`,
    },
    {
      claim: "every change is taken in, each once",
      holds: taken === truth.distinct.size + truth.unmatched,
      figures: `${taken} of ${truth.distinct.size} changes and ${truth.unmatched} unmatched`,
    },
    {
      claim: "every alarm is in the state that it last changed to",
      holds: wrong.length === 0 && alarms.length === truth.alarms.size,
      figures: `${alarms.length - wrong.length} of ${truth.alarms.size} right`,
    },
    {
      claim: "no message is posted twice, none is owed or in doubt",
      holds: new Set(keys).size === keys.length && owed.length === 0,
      figures: `${keys.length} messages, ${keys.length - new Set(keys).size} twice, ${owed.length} not standing${owed.length > 0 ? `: ${JSON.stringify(owed.slice(0, 3))}` : ""}`,
    },
    {
      claim: "every post that the store says stands is in Slack",
      holds: await allStand(site, messages),
      figures: `${messages.length} messages of ours`,
    },
    {
      claim: "what is no alarm, or nobody's, is counted",
      holds: (again ? refused >= truth.bad : refused === truth.bad) && unmatched === truth.unmatched,
      figures: `${refused} of ${truth.bad} refused, ${unmatched} of ${truth.unmatched} unmatched`,
    },
    { claim: "the queue is empty", holds: (await site.waiting()) === 0, figures: `${await site.waiting()} waiting` },
  ];
}

async function countIn(site: Site, query: string): Promise<number> {
  return (await site.rows<{ n: number }>(query))[0]?.n ?? 0;
}

async function allStand(site: Site, messages: readonly Posted[]): Promise<boolean> {
  const standing = new Set(messages.map(({ ts }) => ts));
  const posts = await site.rows<{ ts: string; file: boolean }>(
    "select outcome->>'ts' as ts, body ? 'file' as file from post where outcome ? 'ts'",
  );
  return posts.every(({ ts, file }) => file || standing.has(ts));
}

/** Waits until nothing is in the queue, owed, untold, or under way; throws after `limitMs` with what still is. */
export async function calm(site: Site, limitMs: number): Promise<void> {
  const until = Date.now() + limitMs;
  for (;;) {
    const [left] = await site.rows<Record<string, number>>(`select
      (select count(*)::int from post where outcome is null) as owed,
      (select count(*)::int from edit where version > sent_version) as edits,
      (select count(*)::int from incident where version > told_version) as untold,
      (select count(*)::int from diagnosis where state = 'running') as running`);
    const waiting = await site.waiting();
    if (waiting === 0 && Object.values(left ?? {}).every((count) => count === 0)) return;
    if (Date.now() > until) throw new Error(`it did not calm down: ${JSON.stringify({ waiting, ...left })}`);
    await new Promise((wake) => setTimeout(wake, 250));
  }
}
