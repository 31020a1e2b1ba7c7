import { inWindow } from "../../../incident/window.ts";
import type { FactSpecs, Facts } from "../../../runbook/facts.ts";
import { endsWhole, type Parser, type Reading } from "../../parser.ts";
import { type Change, changesIn } from "./change-lines.ts";
import { clipped } from "../text/plain-lines.ts";
import { settledLines } from "../text/settled-lines.ts";

const facts: FactSpecs = {
  rebootedInWindow: { kind: "flag", doc: "the host was started in the incident (or up to 2 minutes before it)" },
  packagesChanged: { kind: "count", doc: "packages installed, upgraded or removed since 24 hours before the incident" },
  packageChanged: { kind: "text", doc: "the newest of them, with its versions where the log has them" },
  unitRestarts: {
    kind: "count",
    doc: "starts and reloads of the site's units since 24 hours before the incident, those by hand and those by systemd",
  },
  unitRestarted: { kind: "text", doc: "the newest of them" },
  filesChanged: { kind: "count", doc: "files of the application changed since 24 hours before the incident" },
  fileChanged: { kind: "text", doc: "the newest of them" },
  lastChangeAtMs: { kind: "time", doc: "the newest change of any kind" },
  lastChange: { kind: "text", doc: "what it was" },
  changedBeforeS: { kind: "number", unit: "s", doc: "from the newest change before the incident to the incident" },
  changeBefore: { kind: "text", doc: "what that change was" },
};

/** Changes older than this at the beginning of the incident are everyday life. */
const LOOK_BACK_MS = 24 * 3_600_000;
const MOMENTS = 200;

/** Reads the sections (`== packages ==` …) in which the host script prints what was changed: reboots, packages, units, files. Sections may be missing. */
export const changes: Parser = {
  facts,
  parse(text, reading) {
    const sections = sectionsOf(settledLines(text));
    if (sections.size === 0) return undefined;
    const all = [...sections].flatMap(([name, lines]) => changesIn(name, lines, reading)).toSorted((a, b) => a.at - b.at);
    const { from, to } = reading.window;
    const seen = all.filter(({ at }) => at >= from.getTime() - LOOK_BACK_MS && at <= to.getTime() + 60_000);
    return {
      facts: {
        ...(sections.has("boots") && { rebootedInWindow: seen.some(({ kind, at }) => kind === "boot" && inWindow(reading.window, at)) }),
        ...(sections.has("packages") && counted(seen, "package", "packagesChanged", "packageChanged")),
        ...(sections.has("units") && counted(seen, "unit", "unitRestarts", "unitRestarted")),
        ...(sections.has("files") && counted(seen, "file", "filesChanged", "fileChanged")),
        ...lastFacts(seen, reading),
      },
      whole: endsWhole(text),
      moments: seen.slice(-MOMENTS).map(({ at, text: what }) => ({ what: "changed", at, text: clipped(what, 200) })),
    };
  },
};

/** The lines of each section; a section may be printed in several parts, and what comes before the first is not the script's. */
function sectionsOf(lines: readonly string[]): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let section: string[] | undefined;
  for (const line of lines) {
    const name = /^== ([a-z]{1,20}) ==$/.exec(line.trimEnd())?.[1];
    if (name === undefined) section?.push(line);
    else sections.set(name, (section = sections.get(name) ?? []));
  }
  return sections;
}

function counted(seen: readonly Change[], kind: Change["kind"], count: string, newest: string): Facts {
  const some = seen.filter((change) => change.kind === kind);
  const last = some.at(-1);
  return { [count]: some.length, ...(last && { [newest]: clipped(last.text, 160) }) };
}

function lastFacts(seen: readonly Change[], { window }: Reading): Facts {
  const last = seen.at(-1);
  const before = seen.findLast(({ at }) => at <= window.beganAt.getTime());
  return {
    ...(last && { lastChangeAtMs: last.at, lastChange: clipped(last.text, 160) }),
    ...(before && { changedBeforeS: Math.round((window.beganAt.getTime() - before.at) / 1000), changeBefore: clipped(before.text, 160) }),
  };
}
