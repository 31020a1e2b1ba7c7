import { say } from "../../words/plan-say.ts";
import type { Action, Asked, Done } from "../action.ts";
import type { Durable } from "../durable.ts";
import type { Draft, Plan, Refused, Touched } from "../plan.ts";
import { tagsFor, type AwsCall } from "./database.ts";
import { refusal } from "./unit.ts";
import { alarmsOf, dashboardBody, dashboardName, type WantedAlarm, type Watching } from "./watched-metrics.ts";

/** A dashboard or an alarm that is there: whether it is as it would be made. `mark` changes with its content. */
export type SeenThing = { same: boolean; mark: string };

/** What making a dashboard and alarms needs of CloudWatch. */
export type CreateDashboard = {
  /** The account's number. */
  account: (signal: AbortSignal) => Promise<string>;
  /** The dashboard of this name, whoever made it; nothing where there is none. */
  dashboard: (name: string, body: string, signal: AbortSignal) => Promise<SeenThing | undefined>;
  /** The alarms of these names that are there. */
  alarms: (wanted: readonly WantedAlarm[], signal: AbortSignal) => Promise<ReadonlyMap<string, SeenThing>>;
  callFor: (
    made: { dashboard: string; body: string } | { alarm: WantedAlarm },
    by: { account: string; tags: Readonly<Record<string, string>> },
  ) => AwsCall;
  /** Sends an approved call, once. Throws a NotDone where AWS surely did not take it, and anything else where nobody knows. */
  put: (plan: Plan, call: AwsCall, signal: AbortSignal) => Promise<void>;
  urlOf: (dashboard: string) => string;
};

/** A month's list prices: a standard alarm, and a dashboard beyond the three that an account has for nothing (CloudWatch, pricing). */
const USD = { alarm: 0.1, dashboard: 3 } as const;

/** Makes the environment's dashboard, and alarms on what it shows, under names that follow from the environment. `channelled`: alarms have a thread. */
export function createDashboard(port: CreateDashboard, watching: Watching, { channelled }: { channelled: boolean }): Action {
  return {
    id: "create-dashboard",
    draft: async (asked) => draftOf(port, watching, channelled, asked),
    run: async (plan, durable, signal) => run(port, watching, plan, { durable, signal }),
  };
}

async function draftOf(
  port: CreateDashboard,
  watching: Watching,
  channelled: boolean,
  { planId, signal }: Asked,
): Promise<Draft | Refused> {
  const { body, graphs } = dashboardBody(watching);
  if (graphs === 0) return refusal("nothing-to-watch", say("nothingToWatch"));
  const [name, wanted] = [dashboardName(watching), alarmsOf(watching)];
  const [board, alarms, account] = await Promise.all([
    port.dashboard(name, body, signal),
    port.alarms(wanted, signal),
    port.account(signal),
  ]);
  const by = { account, tags: tagsFor(planId) };
  const toPut = wanted.filter((alarm) => alarms.get(alarm.name)?.same !== true);
  if (board?.same && toPut.length === 0) return refusal("dashboard-is-there", say("dashboardIsThere", name));
  const replaced = [...(board && !board.same ? [name] : []), ...toPut.filter((alarm) => alarms.has(alarm.name)).map((alarm) => alarm.name)];
  const names = toPut.map((alarm) => alarm.name);
  return {
    calls: [...(board?.same ? [] : [port.callFor({ dashboard: name, body }, by)]), ...toPut.map((alarm) => port.callFor({ alarm }, by))],
    touches: [touchedThing("dashboard", name, board), ...wanted.map((alarm) => touchedThing("alarm", alarm.name, alarms.get(alarm.name)))],
    says: {
      does: [
        ...(board?.same ? [] : [say("makesDashboard", name, graphs)]),
        ...(names.length > 0 ? [say("makesAlarms", names), say("alarmsArrive")] : []),
        ...(replaced.length > 0 ? [say("replacesTheirs", replaced)] : []),
      ],
      risks: names.length > 0 ? [say("alarmsMayFire")] : [],
      takes: [say("puttingTakes")],
      costs: [say("dashboardCosts", board ? 0 : 1, USD.dashboard, toPut.filter((alarm) => !alarms.has(alarm.name)).length, USD.alarm)],
      undo: [say("dashboardIsDeleted", undoOf(board?.same ? undefined : name, names))],
      unchecked: names.length > 0 ? [say("rulesUnchecked"), ...(channelled ? [] : [say("noChannel")])] : [],
    },
  };
}

function touchedThing(kind: string, name: string, seen: SeenThing | undefined): Touched {
  return { kind, name, state: { is: seen?.mark ?? "not there" } };
}

function undoOf(dashboard: string | undefined, alarms: readonly string[]): string[] {
  return [
    ...(alarms.length > 0 ? [`aws cloudwatch delete-alarms --alarm-names ${alarms.join(" ")}`] : []),
    ...(dashboard === undefined ? [] : [`aws cloudwatch delete-dashboards --dashboard-names ${dashboard}`]),
  ];
}

type Running = { durable: Durable; signal: AbortSignal };

async function run(port: CreateDashboard, watching: Watching, plan: Plan, { durable, signal }: Running): Promise<Done> {
  const calls = plan.draft.calls.filter((call): call is AwsCall => call.on === "aws");
  const name = dashboardName(watching);
  const put: string[] = [];
  for (const call of calls) {
    const isBoard = call.operation === "PutDashboard";
    const what = String(call.input[isBoard ? "DashboardName" : "AlarmName"]);
    await durable.change<null>(`put ${what}`, {
      intent: { ...call.input },
      landed: async () => {
        const seen = isBoard
          ? await port.dashboard(what, String(call.input["DashboardBody"]), signal)
          : (await port.alarms(alarmsNamed(watching, what), signal)).get(what);
        // Putting the same once more changes nothing.
        return seen?.same ? { is: "done", result: null } : { is: "not-done" };
      },
      act: async () => {
        await port.put(plan, call, signal);
        return null;
      },
    });
    if (!isBoard) put.push(what);
  }
  await durable.until("stands", {
    look: async () => {
      const [board, alarms] = await Promise.all([
        port.dashboard(name, dashboardBody(watching).body, signal),
        port.alarms(alarmsOf(watching), signal),
      ]);
      const missing = put.filter((each) => alarms.get(each)?.same !== true);
      if (board?.same && missing.length === 0) return { is: "done", result: null };
      return { is: "waiting", status: "not listed yet" };
    },
    everyMs: 2_000,
    limitMs: 2 * 60_000,
    expectedMs: 2_000,
  });
  return { says: [say("dashboardStands", name, port.urlOf(name)), ...(put.length > 0 ? [say("alarmsStand", put)] : [])] };
}

function alarmsNamed(watching: Watching, name: string): WantedAlarm[] {
  return alarmsOf(watching).filter((alarm) => alarm.name === name);
}
