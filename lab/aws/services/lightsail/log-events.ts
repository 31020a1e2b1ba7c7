import type { GetRelationalDatabaseLogEventsRequest, LogEvent } from "@aws-sdk/client-lightsail";
import type { Account } from "../../account.ts";
import type { Filled } from "../../operations.ts";
import { badInput, findDatabase } from "./resources.ts";

/** Lines of one answer. */
const AT_ONCE = 1_000;

/** The names of a database's log streams. */
export function logStreams({ world }: Account, database: string): string[] {
  return (world.logs ?? []).filter((log) => log.database === database).map(({ stream }) => stream);
}

/** A window of a log stream, the newest lines unless the head is asked for; its tokens lead to the windows before and after. */
export function logEvents(account: Account, input: Filled<GetRelationalDatabaseLogEventsRequest>) {
  const { relationalDatabaseName: name, logStreamName, startTime, endTime, startFromHead = false, pageToken } = input;
  findDatabase(account, name);
  const log = account.world.logs?.find((each) => each.database === name && each.stream === logStreamName);
  if (!log) throw badInput(`There is no log stream ${logStreamName} of ${name}.`);
  const lines = log.lines
    .filter(({ at }) => (!startTime || at >= startTime) && (!endTime || at < endTime))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const [from, to] = windowOf(lines.length, pageToken ?? (startFromHead ? "f/0" : `b/${lines.length}`));
  const resourceLogEvents = lines.slice(from, to).map(({ at, message }): LogEvent => ({ createdAt: at, message }));
  return { resourceLogEvents, nextForwardToken: `f/${to}`, nextBackwardToken: `b/${from}` };
}

/** A token says where the window begins (`f/<line>`) or ends (`b/<line>`). */
function windowOf(total: number, token: string): [number, number] {
  const [, direction, at] = /^([fb])\/(\d+)$/.exec(token) ?? [];
  if (at === undefined || Number(at) > total) throw badInput("The page token is not valid.");
  return direction === "f" ? [Number(at), Math.min(total, Number(at) + AT_ONCE)] : [Math.max(0, Number(at) - AT_ONCE), Number(at)];
}
