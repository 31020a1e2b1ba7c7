import type { HostEnd, SeenHost } from "../../remediation/actions/switch/host.ts";
import { reason, said, Unseen } from "../../words/because.ts";

const BEGIN = "gumshoe:1 begin\n";
const END = "gumshoe:1 end\n";
const FAILED = /^gumshoe:1 failed: (.*)$/m;

/** What kinds of things a look tells, each with how many it has found. */
const KINDS = ["line", "file", "unit", "process", "cron", "other", "address", "note"] as const;
type Kind = (typeof KINDS)[number];

/** What the program of a switch came to on a host. Throws an Unseen where its output is not whole. */
export function readSwitch(output: string): HostEnd {
  const [, why] = FAILED.exec(output) ?? [];
  if (why !== undefined) throw new Unseen(why.includes("SSM Agent is too old") ? reason("agentTooOld") : said(why.slice(0, 200)));
  const [begin, end] = [output.indexOf(BEGIN), output.indexOf(END)];
  if (begin < 0 || end < begin) throw new Unseen(reason("cutOff"));
  const says = Object.fromEntries(
    output
      .slice(begin + BEGIN.length, end)
      .split("\n")
      .flatMap((line) => {
        const at = line.indexOf("=");
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
      }),
  ) as Record<string, string>;
  if (says["result"] === "done") return { result: "done", says };
  return { result: "failed", because: (says["reason"] ?? "").slice(0, 400) };
}

/** What a look has found on a host. Throws an Unseen where it has not come to its end, or does not tell all that it has found. */
export function readSeen(output: string): SeenHost {
  const end = readSwitch(output);
  if (!("says" in end)) throw new Unseen("because" in end ? said(end.because) : reason("cutOff"));
  const { says } = end;
  const found = Object.fromEntries(KINDS.map((kind) => [kind, allOf(says, kind)])) as Record<Kind, Record<string, string>[]>;
  const texts = (kind: Kind, key: string): string[] => found[kind].map((each) => each[key] ?? "");
  return {
    lines: found.line.map((each) => ({ ...LINE, ...each })),
    files: found.file.map((each) => ({ ...FILE, ...each })),
    units: found.unit.map((each) => ({ name: "", uses: "", ...each })),
    processes: found.process.map((each) => ({ pid: "", unit: "", how: "", name: "", ...each })),
    cron: found.cron.map((each) => ({ name: "", uses: "", ...each })),
    others: texts("other", "path"),
    addresses: texts("address", "is"),
    notes: texts("note", "text"),
  };
}

const LINE = { path: "", key: "", number: "", kind: "", names: "", before: "", after: "", hash: "", hashAfter: "" };
const FILE = { path: "", named: "", sha256: "", sha256After: "", owner: "", mode: "" };

function allOf(says: Readonly<Record<string, string>>, kind: Kind): Record<string, string>[] {
  const count = Number(says[`${kind}.count`] ?? Number.NaN);
  if (!Number.isInteger(count)) throw new Unseen(reason("cutOff"));
  return Array.from({ length: count }, (_, nth) => {
    const start = `${kind}.${nth + 1}.`;
    const told = Object.entries(says).filter(([key]) => key.startsWith(start));
    if (told.length === 0) throw new Unseen(reason("cutOff"));
    return Object.fromEntries(told.map(([key, value]) => [key.slice(start.length), value]));
  });
}
