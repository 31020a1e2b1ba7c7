import { endsWhole, type Parser, type Reading } from "../../parser.ts";
import type { FactSpecs, Facts } from "../../../runbook/facts.ts";
import { settledLines } from "../text/settled-lines.ts";
import { stampOf } from "../text/stamps.ts";

const facts: FactSpecs = {
  load1: { kind: "number", doc: "load average over 1 minute; in a container that of its machine" },
  load5: { kind: "number", doc: "load average over 5 minutes" },
  load15: { kind: "number", doc: "load average over 15 minutes" },
  uptimeS: { kind: "number", unit: "s", doc: "how long the host has been up, to the minute" },
  bootedAtMs: { kind: "time", doc: "when the host was started, up to a minute late (uptime prints whole minutes)" },
};

const LOADS = /load averages?:\s{0,4}(\d{1,6}[.,]\d{1,3})[,\s]{1,4}(\d{1,6}[.,]\d{1,3})[,\s]{1,4}(\d{1,6}[.,]\d{1,3})/;
const PROC = /^(\d{1,6}\.\d\d) (\d{1,6}\.\d\d) (\d{1,6}\.\d\d) \d{1,7}\/\d{1,8} \d{1,10}$/;

/** The printed clock may lie this far before the end of the last step, steps being run side by side with it. */
const LOOK_MS = 10 * 60_000;

/** Reads `uptime` (or /proc/loadavg): load averages and the time of the last start. */
export const load: Parser = {
  facts,
  parse(text, reading) {
    const line = settledLines(text).findLast((candidate) => LOADS.test(candidate) || PROC.test(candidate));
    if (line === undefined) return undefined;
    const found = LOADS.exec(line) ?? PROC.exec(line);
    const [load1, load5, load15] = (found ?? []).slice(1).map((number) => Number(number.replace(",", ".")));
    return {
      facts: {
        ...(load1 !== undefined && { load1 }),
        ...(load5 !== undefined && { load5 }),
        ...(load15 !== undefined && { load15 }),
        ...uptimeFacts(line, reading),
      },
      whole: endsWhole(text),
    };
  },
};

function uptimeFacts(line: string, reading: Reading): Facts {
  const m = /\bup\s{1,8}(?:(\d{1,6}) days?,?\s{1,4})?(?:(\d{1,2}):(\d\d)|(\d{1,3}) ?min|(\d{1,3}) hours?)?/.exec(line);
  if (!m || m.slice(1).every((part) => part === undefined)) return {};
  const [days, hours, minutes] = [Number(m[1] ?? 0), Number(m[2] ?? m[5] ?? 0), Number(m[3] ?? m[4] ?? 0)];
  const uptimeS = ((days * 24 + hours) * 60 + minutes) * 60;
  return { uptimeS, bootedAtMs: clockMs(line, reading) - uptimeS * 1000 };
}

/** The moment of the look from uptime's own clock (`13:12:56`), taken to be the last such time of day not after `at`; `at` where that is far off. */
function clockMs(line: string, { at, timezone }: Reading): number {
  const clock = /^\s{0,4}(\d\d:\d\d:\d\d)\s/.exec(line)?.[1];
  const stamps = [0, 1].map((daysBack) => {
    const day = new Date(at.getTime() - daysBack * 86_400_000).toLocaleDateString("sv-SE", { timeZone: known(timezone) });
    return stampOf(`${day} ${clock}`, at, timezone)?.ms;
  });
  return stamps.find((ms) => ms !== undefined && ms <= at.getTime() + 60_000 && ms >= at.getTime() - LOOK_MS) ?? at.getTime();
}

function known(timezone: string): string {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: timezone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
