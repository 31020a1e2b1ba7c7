import { isFiring } from "../../alarm/known/known-alarm.ts";
import type { Mute } from "../../alarm/ledger.ts";
import type { DiagnosisRow } from "../../diagnosis/diagnoses.ts";
import type { Entry, ToldUpTo, Untold } from "../../diagnosis/untold.ts";
import { isOpen, type Severity } from "../../incident/incident.ts";
import { incidentHeadline, rootsOf, type Telling } from "../messages/incident/incident-headline.ts";
import { calledMessage, entryMessage, foldedMessage, newCauseMessage } from "../messages/incident/thread-line.ts";
import type { Message } from "../messages/message.ts";
import { planThread, type Planned } from "./thread-plan.ts";

/** Who is called, and from which severity on. */
type OnCall = { call: string; from: Severity };

/** What telling needs beside the incident. */
export type TellingContext = Telling & { now: Date; onCall?: OnCall | undefined };

/** A post into an incident's thread. */
type ThreadPost = { key: string; message: Message };

/** What is told of an incident now: its headline, where that is to change; posts into its thread, in their order; and what is told by it. */
export type ToldNow = {
  headline?: Message;
  posts: readonly ThreadPost[];
  upTo: ToldUpTo;
};

/** Times of posts that are remembered: enough for the budget of a minute. */
const REMEMBERED = 8;

/** The key of an incident's first message. */
export function headlineKey(incident: number): string {
  return `incident:${incident}:headline`;
}

/** What is told of an incident now. Pure: what is told twice has the same keys. */
export function tellingOf(untold: Untold, context: TellingContext): ToldNow {
  const { now } = context;
  const mute = untold.mute && untold.mute.until > now ? untold.mute : undefined;
  return mute ? whileMuted(untold, mute, context) : unmuted(untold, context);
}

function unmuted(untold: Untold, context: TellingContext): ToldNow {
  const { incident, toldVersion, entries, postedAt } = untold;
  const { now } = context;
  // It came and went while it was muted: nobody is told of it now.
  if (toldVersion === 0 && !isOpen(incident) && entries.length === 0)
    return { posts: [], upTo: { version: incident.version, entry: 0, postedAt } };
  const plan = planThread(entries, { postedAt, openedAt: incident.openedAt, now });
  const { posts, called } = postsOf(plan.posts, untold, context);
  return {
    ...(incident.version > toldVersion ? { headline: incidentHeadline({ ...untold, mute: undefined }, context) } : {}),
    posts,
    upTo: {
      version: incident.version,
      entry: plan.upTo,
      postedAt: remembered(postedAt, posts.length, now),
      ...(called === undefined ? {} : { called: { whom: called, at: now } }),
    },
  };
}

type Posts = { posts: ThreadPost[]; called: string | undefined };

function postsOf(planned: readonly Planned[], untold: Untold, { words, onCall }: TellingContext): Posts {
  const { incident } = untold;
  const first = planned.find((each) => "alone" in each && each.alone.what.kind === "alarm-fired");
  const fired = first && "alone" in first ? first.alone : undefined;
  const called = callDue(untold, onCall);
  // Whoever is called reads what fired in the same message.
  const calling =
    called === undefined ? [] : [{ key: `incident:${incident.id}:called`, message: calledMessage(called, untold, fired, words) }];
  const rest = called === undefined ? planned : planned.filter((each) => each !== first);
  const posts = rest.flatMap((each): ThreadPost[] => {
    const entry = "alone" in each ? each.alone : each.folded.at(-1);
    const message = "alone" in each ? entryMessage(each.alone, untold, words) : foldedMessage(each.folded, words);
    return entry && message ? [{ key: entryKey(entry), message }] : [];
  });
  return { posts: [...calling, ...posts], called };
}

/** Whoever is on call is called once, with the first that is told of the alarms of an open incident, if it is bad enough; after a mute, while one fires. */
function callDue({ incident, called, alarms, entries }: Untold, onCall: OnCall | undefined): string | undefined {
  if (!onCall || called || (onCall.from === "critical" && incident.severity !== "critical")) return undefined;
  if (!isOpen(incident) || incident.alarms === 0) return undefined;
  const fires = alarms.some(isFiring) || entries.some(({ what }) => what.kind === "alarm-fired");
  return fires ? onCall.call : undefined;
}

/**
 * While it is muted, alarms are not posted, and neither is a headline for them. Told are the mute itself, what somebody asked for, and a root cause
 * that was not known. The version stays untold, so that the headline is put right once the mute is over; the entries are not told later.
 */
function whileMuted(untold: Untold, mute: Mute, context: TellingContext): ToldNow {
  const { incident, toldVersion, entries, postedAt } = untold;
  const { words, now } = context;
  const spoken = entries.filter(({ what }) => what.kind === "muted" || what.kind === "unmuted");
  const cause = newCause(untold);
  const speaks = spoken.length > 0 || cause !== undefined || isAsked(untold);
  const entry = entries.at(-1)?.id ?? 0;
  // A mute of an incident that nobody was told of is told to who asked, not in a thread of its own.
  if (!speaks || (toldVersion === 0 && cause === undefined && !isAsked(untold)))
    return { posts: [], upTo: { version: toldVersion, entry, postedAt } };
  const posts = [
    ...spoken.flatMap((each): ThreadPost[] => {
      const message = entryMessage(each, untold, words);
      return message ? [{ key: entryKey(each), message }] : [];
    }),
    ...(cause
      ? [{ key: `incident:${incident.id}:cause:${cause.id}`, message: newCauseMessage({ incident, mute }, cause.told, words) }]
      : []),
  ];
  return {
    headline: incidentHeadline({ ...untold, mute }, context),
    posts,
    upTo: { version: Math.max(toldVersion, incident.version - 1), entry, postedAt: remembered(postedAt, posts.length, now) },
  };
}

/** The last diagnosis, if it has just ended with a root cause that none before it named. */
function newCause({
  entries,
  last,
  before,
  found,
}: Untold): { id: string; told: { roots: ReturnType<typeof rootsOf>; advice?: string } } | undefined {
  const justEnded = entries.some(({ what }) => what.kind === "looked" && what.diagnosis === last?.id && !what.sameAsBefore);
  if (!last || !justEnded || last.end?.how !== "judged") return undefined;
  const known = new Set([before, found].flatMap((row) => (row?.end?.how === "judged" ? row.end.rootCauses : [])));
  return last.end.rootCauses.some((id) => !known.has(id)) ? { id: last.id, told: last.end.told } : undefined;
}

/** Whether what changed is what somebody asked for: the command is never muted. */
function isAsked({ incident, toldVersion, entries, running, last, before }: Untold): boolean {
  if (toldVersion === 0 && incident.openedBy.kind === "person") return true;
  if (running?.why === "asked") return true;
  const asked = new Set([last, before].flatMap((row: DiagnosisRow | undefined) => (row?.why === "asked" ? [row.id] : [])));
  return entries.some(({ what }) => "diagnosis" in what && asked.has(what.diagnosis));
}

function entryKey({ incident, id }: Entry): string {
  return `incident:${incident}:entry:${id}`;
}

function remembered(before: readonly Date[], posts: number, now: Date): readonly Date[] {
  return [...before, ...Array.from({ length: posts }, () => now)].slice(-REMEMBERED);
}
