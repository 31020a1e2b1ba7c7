import { endsWhole, type Parser } from "../../parser.ts";
import type { FactSpecs } from "../../../runbook/facts.ts";
import { settledLines } from "../text/settled-lines.ts";

const facts: FactSpecs = {
  limitBytes: { kind: "number", unit: "bytes", doc: "memory that the unit may use; not there where it has no limit" },
  usedBytes: { kind: "number", unit: "bytes", doc: "memory that the unit uses, page cache included" },
  usedShare: { kind: "number", unit: "ratio", doc: "used memory as a share of the limit" },
  oomKillsEver: { kind: "count", doc: "kills for memory in the unit since it was started; not only those of the incident" },
};

/** From here on a cgroup v1 limit means none (it prints 2^63 rounded down to a page). */
const NO_LIMIT = 2 ** 60;

type Files = { limit?: number; used?: number; kills?: number; seen: boolean };

/**
 * Reads the memory files of a unit's cgroup, v1 or v2, one after the other, each named (`memory.max 1024`, `==> …/memory.max <==`) or bare:
 * of bare numbers the first is the limit and the second the use.
 */
export const memoryCgroup: Parser = {
  facts,
  parse(text) {
    const { limit, used, kills, seen } = filesOf(settledLines(text));
    if (!seen) return undefined;
    return {
      facts: {
        ...(limit !== undefined && limit < NO_LIMIT && { limitBytes: limit }),
        ...(used !== undefined && { usedBytes: used }),
        ...(used !== undefined && limit && limit < NO_LIMIT && { usedShare: Math.round((used / limit) * 1000) / 1000 }),
        ...(kills !== undefined && { oomKillsEver: kills }),
      },
      whole: endsWhole(text) && kills !== undefined,
    };
  },
};

function filesOf(lines: readonly string[]): Files {
  const files: Files = { seen: false };
  let name = "";
  for (const line of lines) {
    const title = /^==> (.{1,300}) <==$/.exec(line)?.[1];
    name = title ?? name;
    const m = /^(?:(\S{0,400})[\s:=]{1,20})?(\d{1,20}|max)$/.exec(line.trim());
    if (title !== undefined || !m) continue;
    take(files, m[1] ?? name, m[2] === "max" ? Infinity : Number(m[2]));
  }
  return files;
}

function take(files: Files, name: string, value: number): void {
  const last = name.slice(name.lastIndexOf("/") + 1).replace(/:$/, "");
  if (/(?:^|[.:])oom_kill$/.test(last)) files.kills = value;
  else if (/^memory\.(?:max|limit_in_bytes)$|^MemoryMax$/.test(last)) files.limit = value;
  else if (/^memory\.(?:current|usage_in_bytes)$|^MemoryCurrent$/.test(last)) files.used = value;
  else if (last === "" && files.limit === undefined) files.limit = value;
  else if (last === "" && files.used === undefined) files.used = value;
  else if (!/^(?:oom_kill_disable|under_oom|low|high|max|oom|oom_group_kill)$/.test(last)) return;
  files.seen = true;
}
