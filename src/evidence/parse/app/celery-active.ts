import type { FactSpecs } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser } from "../../parser.ts";
import { textLines } from "../text/journal.ts";

const FACTS = {
  workersOnline: { kind: "count", doc: "workers that answered" },
  activeTasks: { kind: "count", doc: "tasks that they are running (or, for `inspect reserved`, hold)" },
  noWorkers: { kind: "flag", doc: "no worker answered in time" },
  brokerUnreachable: { kind: "flag", doc: "the broker could not be reached, so nobody could be asked" },
} as const satisfies FactSpecs;

/** `celery inspect active` or `inspect reserved`. An unreachable broker says nothing about workers. */
export const celeryActive: Parser = { facts: FACTS, parse };

function parse(text: string): Parsed | undefined {
  const lines = textLines(text).slice(0, 50_000);
  const any = (words: RegExp): boolean => lines.some((line) => words.test(line.slice(0, 2_000)));
  const whole = endsWhole(text);
  if (any(/No nodes replied within time constraint/)) return { facts: { workersOnline: 0, activeTasks: 0, noWorkers: true }, whole };
  const workers = lines.filter((line) => /^-> {1,4}\S{1,300}: OK$/.test(line)).length;
  const tasks = lines.filter((line) => /^ {2,8}\* \{/.test(line)).length;
  const online = Number(lines.map((line) => /^(\d{1,6}) nodes? online\.$/.exec(line)?.[1]).find((n) => n !== undefined) ?? workers);
  if (online > 0 || tasks > 0)
    return { facts: { workersOnline: Math.max(online, workers), activeTasks: tasks, noWorkers: false, brokerUnreachable: false }, whole };
  if (any(/Connection refused|kombu\.exceptions\.OperationalError|redis\.exceptions\.|Name or service not known|timed out/)) {
    return { facts: { brokerUnreachable: true }, whole };
  }
  return undefined;
}
