import type { Entry } from "../../diagnosis/untold.ts";

/** Posts for entries of one incident in this time, at most. */
const BUDGET = { posts: 3, perMs: 60_000 };

/** Of these, one is left free for what must be heard at once: that it is over, that it is back, that somebody muted it. */
const SPARE = 1;

/** Changes wait to be folded into one line until the thread was quiet for a quarter of the incident's age: a minute at least, 15 at most. */
const FOLD = { leastMs: 60_000, mostMs: 15 * 60_000, ofAge: 0.25 };

/** So many held changes are folded as soon as there is room for a post at all. */
const HELD_MOST = 500;

/** What is posted: an entry by itself, or several in one line. */
export type Planned = { alone: Entry } | { folded: readonly Entry[] };

/** What is posted now, and the last entry of all that is settled by it; later ones wait. */
export type Plan = { posts: readonly Planned[]; upTo: number };

/** What a plan is made by: when posts were made before, when the incident opened, and what the time is. */
export type Pace = { postedAt: readonly Date[]; openedAt: Date; now: Date };

/** How entries are told in the thread: by themselves while there is room, else folded; nothing is posted out of its order. Pure. */
export function planThread(entries: readonly Entry[], pace: Pace): Plan {
  const plan = { posts: [] as Planned[], upTo: 0 };
  let room = BUDGET.posts - pace.postedAt.filter((at) => pace.now.getTime() - at.getTime() < BUDGET.perMs).length;
  // What must be said comes after what was before it, which takes a post of its own.
  const lastMust = entries.findLastIndex((entry) => weightOf(entry) === "must");
  // The first alarms of all are told by themselves; later, what comes in numbers is not begun to be.
  const lines = entries.filter((entry) => weightOf(entry) === "line").length;
  const few = pace.postedAt.length === 0 || lines <= room - SPARE;
  let held: Entry[] = [];
  const post = (planned: Planned, upTo: number) => {
    plan.posts.push(planned);
    plan.upTo = upTo;
    room--;
  };
  for (const [nth, entry] of entries.entries()) {
    const weight = weightOf(entry);
    if (weight === "none") {
      if (held.length === 0) plan.upTo = entry.id;
    } else if (weight === "must") {
      if (room < (held.length > 0 ? 2 : 1)) return plan;
      if (held.length > 0) post(foldOf(held), held.at(-1)?.id ?? 0);
      held = [];
      post({ alone: entry }, entry.id);
    } else if (weight === "line" && few && held.length === 0 && room > (nth < lastMust ? SPARE + 1 : SPARE)) {
      post({ alone: entry }, entry.id);
    } else {
      held.push(entry);
    }
  }
  if (held.length > 0 && room > 0 && plan.posts.length === 0 && (isQuiet(pace) || held.length >= HELD_MOST)) {
    post(foldOf(held), entries.at(-1)?.id ?? 0);
  }
  return plan;
}

/** A single change reads better as what it is. */
function foldOf(held: readonly Entry[]): Planned {
  const [only] = held;
  return only && held.length === 1 && weightOf(only) === "line" ? { alone: only } : { folded: held };
}

/** What is said by itself at once, by itself where there is room, only counted, or not in the thread at all. */
function weightOf({ what }: Entry): "must" | "line" | "counted" | "none" {
  switch (what.kind) {
    case "reopened":
    case "muted":
    case "unmuted":
      return "must";
    case "state":
      return what.to === "recovered" || what.to === "lapsed" ? "must" : what.to === "easing" ? "line" : "none";
    case "alarm-fired":
      return what.repeated === undefined ? "line" : "counted";
    case "alarm-flaps":
    case "alarm-no-data":
      return "line";
    // The headline shows which are quiet again; the thread says when all are.
    case "alarm-quiet":
    case "opened":
    case "looking":
    case "looked":
    case "look-failed":
    case "called":
    case "reported":
    // A plan has messages of its own.
    case "planned":
    case "approved":
    case "carried-out":
    case "proof-began":
    case "proven":
    case "not-proven":
      return "none";
  }
}

function isQuiet({ postedAt, openedAt, now }: Pace): boolean {
  const age = now.getTime() - openedAt.getTime();
  const wait = Math.min(FOLD.mostMs, Math.max(FOLD.leastMs, age * FOLD.ofAge));
  return postedAt.every((at) => now.getTime() - at.getTime() >= wait);
}
