import { said } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import { NotDone, type Durable, type Wait } from "../durable.ts";
import { isRefused, type Draft, type Input, type Plan, type Refused } from "../plan.ts";
import {
  approvedOrder,
  hostIn,
  orderEnd,
  orderLanded,
  surelyTold,
  toldBy,
  touchedWork,
  type DatabaseHost,
  type Told,
} from "./database-host.ts";
import { refusal } from "./unit.ts";

/** What making an index needs: the host that does it, and the free bytes of the database's disk, where somebody tells them. Rejects where they do not. */
export type CreateIndex = DatabaseHost & { freeBytes?: (signal: AbortSignal) => Promise<number> };

type Making = { port: CreateIndex; everyMs: number };
type Wanted = { table: string; columns: string };

/** Names that need no quotes from a person; the server quotes them all the same. */
const NAME = "[A-Za-z_][A-Za-z0-9_]{0,62}";
const TABLE = new RegExp(`^(?:${NAME}\\.)?${NAME}$`);
const COLUMNS = new RegExp(`^${NAME}(?:,${NAME}){0,4}$`);

/** A big table on a slow disk takes hours, and waiting for older transactions may take as long as they do. */
const LIMIT_MS = 12 * 3_600_000;

/** Bytes that are read a second: a disk in trouble reads no more. It is a guess, and the plan says so. */
const BYTES_PER_S = 20_000_000;

/** Sorting takes about as much room beside the index as the index itself. */
const ROOM = 2;

/** Makes an index on the input's `table` and `columns` while writes go on, and looks that it can be used. */
export function createIndex(port: CreateIndex, { everyMs = 15_000 }: { everyMs?: number } = {}): Action {
  return {
    id: "create-index",
    draft: async (asked) => draftOf(port, asked),
    run: async (plan, durable, signal) => run({ port, everyMs }, plan, durable, signal),
  };
}

/** The table and its columns as they are looked for; nothing where they are no plain names. */
function wantedIn({ table = "", columns = "" }: Input): Wanted | undefined {
  const list = columns
    .trim()
    .split(/\s*,\s*/)
    .join(",");
  return TABLE.test(table.trim()) && COLUMNS.test(list) ? { table: table.trim(), columns: list } : undefined;
}

async function draftOf(port: CreateIndex, { planId, input, signal }: Asked): Promise<Draft | Refused> {
  const wanted = wantedIn(input);
  if (!wanted) return refusal("no-plain-names", say("noPlainNames"));
  const [look, document] = await Promise.all([port.look(planId, { verb: "table", values: wanted }, signal), port.document(signal)]);
  const told = toldBy(look);
  if (isRefused(told)) return told;
  const refused = unfit(told, wanted);
  if (refused) return refused;
  const seen = seenIn(told);
  const free = await port.freeBytes?.(signal);
  if (free !== undefined && free < ROOM * seen.indexBytes) return refusal("no-room", say("noRoom", ROOM * seen.indexBytes, free));
  const { table, index, schema } = seen;
  const leftover = seen.state === "invalid";
  const values = { verb: "start", ...port.values(planId), table, columns: wanted.columns, index };
  return {
    calls: [{ on: "host", document: document.name, hosts: [told.node], values }],
    touches: [{ kind: "table", name: table, state: { columns: wanted.columns, index, leftover } }, ...touchedWork(told, document)],
    says: {
      does: [
        ...(leftover ? [say("dropsLeftover", index)] : []),
        say("makesIndex", index, table, wanted.columns.split(",")),
        say("writesGoOn", table),
      ],
      risks: [say("readsWholeTable", table, seen.bytes), say("waitsForOlder", seen.oldestS * 1000), say("slowsWrites", table)],
      takes: [say("indexTakes", expectedMs(seen.bytes))],
      costs: [say("indexNeedsRoom", seen.indexBytes, free ?? null)],
      undo: [say("indexIsDropped", `DROP INDEX CONCURRENTLY ${schema}.${index};`)],
      unchecked: free === undefined ? [say("roomUnchecked")] : [],
    },
  };
}

function expectedMs(bytes: number): number {
  return 10_000 + Math.round((2 * bytes * 1000) / BYTES_PER_S);
}

function seenIn({ says }: Told) {
  const of = (name: string) => says[`table.${name}`] ?? "";
  const number = (name: string) => Number(of(name)) || 0;
  const table = `${of("schema")}.${of("name")}`;
  const sizes = { bytes: number("bytes"), indexBytes: number("indexBytes"), oldestS: number("oldestS") };
  return { table, schema: of("schema"), index: of("index"), state: of("state"), ...sizes };
}

/** Kinds of relations, by PostgreSQL's letters for them. */
const KINDS: Readonly<Record<string, string>> = { p: "partitioned table", v: "view", m: "materialized view", f: "foreign table" };

/** Why there can be no such index, or need be none. */
function unfit(told: Told, wanted: Wanted): Refused | undefined {
  const of = (name: string) => told.says[`table.${name}`] ?? "";
  if (of("found") !== "yes") return refusal("no-such-table", say("noSuchTable", wanted.table, told.says["login.at"] ?? ""));
  const kind = of("partition") === "t" ? "partition" : of("persistence") === "t" ? "temporary table" : KINDS[of("kind")];
  if (kind !== undefined || of("kind") !== "r") return refusal("no-plain-table", say("noPlainTable", wanted.table, kind ?? of("kind")));
  if (of("standby") !== "f") return refusal("read-only", say("databaseIsStandby"));
  if (of("missing") !== "") return refusal("no-such-column", say("noSuchColumns", wanted.table, of("missing").split(",")));
  if (of("may") !== "t") return refusal("may-not-index", say("mayNotIndex", told.says["login.user"] ?? "", wanted.table));
  if (of("building") !== "f") return refusal("index-under-way", say("indexUnderWay", wanted.table));
  if (of("equal") !== "") return refusal("index-is-there", say("indexIsThere", of("equal"), wanted.columns.split(",")));
  return of("state") === "none" || of("state") === "invalid" ? undefined : refusal("name-taken", say("indexNameIsTaken", of("index")));
}

async function run({ port, everyMs }: Making, plan: Plan, durable: Durable, signal: AbortSignal): Promise<Done> {
  const order = approvedOrder(plan);
  const { table = "", columns = "", index = "" } = order.values;
  const sent = await durable.change("start-index", {
    intent: { table, columns, index, node: order.node, document: order.document.name, word: order.word },
    landed: async (before) => orderLanded(port, order, before, signal),
    act: async () => port.send(order, signal),
  });
  await durable.until("start-index: end", orderEnd(port, plan, sent, signal));
  const bytes = await durable.until("index-usable", usable({ port, everyMs }, plan, signal));
  const [schema] = table.split(".");
  return {
    mends: true,
    says: [say("indexStands", index, table, bytes), say("indexIsDropped", `DROP INDEX CONCURRENTLY ${schema}.${index};`)],
  };
}

/** Asks how far it is, until the index can be used or its run came to another end. */
function usable({ port, everyMs }: Making, plan: Plan, signal: AbortSignal): Wait<number> {
  const { node, values } = approvedOrder(plan);
  const { table = "", index = "" } = values;
  const expected = plan.draft.says.takes.find((each) => each.say === "indexTakes");
  return {
    look: async () => {
      const says = surelyTold(await port.look(plan.id, { verb: "index", values: { table, index } }, signal, node));
      const [state, is] = [says["state"] ?? "", says["index.is"] ?? ""];
      if (is === "valid" && state !== "running") return { is: "done", result: Number(says["index.bytes"]) || 0 };
      // The host may have forgotten a run whose session still works.
      if (state === "running" || says["building"] === "yes") return { is: "waiting", ...progressIn(says) };
      if (state === "failed" || state === "refused")
        throw new NotDone(say("indexFailed", hostIn(plan), said(says["told"] ?? ""), index, is === "invalid"));
      throw new NotDone(say("indexCutOff", hostIn(plan), index, is === "invalid"));
    },
    everyMs,
    limitMs: LIMIT_MS,
    expectedMs: expected?.say === "indexTakes" ? expected.args[0] : LIMIT_MS,
  };
}

/** How far it is, in PostgreSQL's own words for the phase, and how much of that phase is over. */
function progressIn(says: Told["says"]): { status: string; percent?: number } {
  const [done, total] = [Number(says["blocks.done"]) || 0, Number(says["blocks.total"]) || 0];
  const locker = Number(says["locker"]) || 0;
  const status = says["phase"] || "begins";
  return { status: locker > 0 ? `${status} (pid ${locker})` : status, ...(total > 0 ? { percent: Math.floor((100 * done) / total) } : {}) };
}
