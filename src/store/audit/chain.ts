import { createHash } from "node:crypto";

/** The end of a chain: how many lines it has, and the hash of the last one. */
export type Head = { lines: number; hash: string };

/** What the first line follows from. */
export const START: Head = { lines: 0, hash: "0".repeat(64) };

/**
 * What is wrong with a line. `unreadable`: it is no line of an audit; `missing`: there is none of this number; `changed`: its hash is not of what stands
 * there; `unlinked`: it does not follow from the line before; `other`: a head that is known has another line there; `cut`: there is none of this number
 * any more, and the head knows of it; `unheaded`: the head does not know of it.
 */
type Flaw = "unreadable" | "missing" | "changed" | "unlinked" | "other" | "cut" | "unheaded";

/** Whether a chain holds, up to which head; `part`: only the lines of one incident were there. Else the first wrong line, by its number. */
export type Verified = { whole: true; lines: number; head: Head; part?: number } | { whole: false; nth: number; because: Flaw };

/**
 * What lines are held against. `head`: where they must end; `known`: a head that was noted earlier, which must be on the way. With `parts`, lines may be
 * missing where all are of one incident.
 */
export type Against = { head?: Head; known?: Head; parts?: boolean };

/** Walks along lines as `lineText` writes them, with a hash each. Memory stays flat. */
export async function verifyChain(lines: AsyncIterable<string>, { head, known, parts = false }: Against): Promise<Verified> {
  let [last, count]: [Head, number] = [START, 0];
  let gap: number | undefined;
  const incidents = new Set<number | null>();
  const partOf = () => (parts && incidents.size === 1 ? ([...incidents][0] ?? undefined) : undefined);
  const flaw = (nth: number, because: Flaw): Verified =>
    gap !== undefined && partOf() === undefined ? { whole: false, nth: gap, because: "missing" } : { whole: false, nth, because };
  for await (const text of lines) {
    const line = readLine(text);
    if (!line) return flaw(last.lines + 1, "unreadable");
    incidents.add(line.incident);
    const follows = line.nth === last.lines + 1;
    if (!follows && line.nth > last.lines) gap ??= last.lines + 1;
    if (gap !== undefined && partOf() === undefined) return { whole: false, nth: gap, because: "missing" };
    if (line.hash !== hashOf(line.hashed)) return flaw(line.nth, "changed");
    if (line.nth <= last.lines || (follows && line.previous !== last.hash)) return flaw(line.nth, "unlinked");
    if (known?.lines === line.nth && known.hash !== line.hash) return flaw(line.nth, "other");
    last = { lines: line.nth, hash: line.hash };
    if (head && last.lines > head.lines) return flaw(last.lines, "unheaded");
    count++;
  }
  if (Math.max(head?.lines ?? 0, known?.lines ?? 0) > last.lines) return flaw(last.lines + 1, "cut");
  if (head && head.hash !== last.hash) return flaw(last.lines, "other");
  const part = gap === undefined ? undefined : partOf();
  return { whole: true, lines: count, head: last, ...(part === undefined ? {} : { part }) };
}

/** What is in a line of the audit, as its columns have it: `at` to the microsecond, `detail` as the database writes it. */
export type Content = {
  nth: number;
  at: string;
  incident: number | null;
  plan: string | null;
  environment: string | null;
  actor: string;
  event: string;
  detail: string;
  previous: string;
  hash: string;
};

/** A line as it is exported: what its hash is taken of, with the hash put in before the last bracket. migrations/002-plans.sql makes the same text. */
export function lineText({ nth, at, incident, plan, environment, actor, event, detail, previous, hash }: Content): string {
  const [before, after] = [
    { nth, at, incident, plan, environment, actor, event },
    { previous, hash },
  ].map((part) => JSON.stringify(part).slice(1, -1));
  return `{${before},"detail":${detail},${after}}`;
}

const LINE = /^(\{"nth":([1-9]\d{0,14}),.*,"previous":"([0-9a-f]{64})"),"hash":"([0-9a-f]{64})"\}$/s;

type ReadLine = { nth: number; incident: number | null; previous: string; hash: string; hashed: string };

function readLine(text: string): ReadLine | undefined {
  const [, open = "", nth = "", previous = "", hash = ""] = LINE.exec(text) ?? [];
  if (open === "") return undefined;
  try {
    const { incident } = JSON.parse(text) as { incident?: unknown };
    return { nth: Number(nth), incident: typeof incident === "number" ? incident : null, previous, hash, hashed: `${open}}` };
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
