import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ONLY_HOST, type Returned } from "./read-case.ts";
import type { RawEvidence } from "./read-evidence.ts";
import { redact } from "./redact.ts";

/**
 * Keep what came back as a case folder (docs/cases.md) that `replay` judges the same way. Everything is redacted once more. The folder must
 * be new or empty; throws FolderTaken otherwise. A step that was unknown leaves no file.
 */
export async function writeCase(
  dir: string,
  name: string,
  raw: RawEvidence,
  verdict: { verdict: string; rootCauses: readonly string[] },
): Promise<void> {
  await refuseTaken(dir);
  const several = raw.hosts.size > 1;
  for (const [host, results] of raw.hosts) {
    const evidence = several ? join(dir, "hosts", safeName(host), "evidence") : join(dir, "evidence");
    await writeTexts(evidence, results);
  }
  await writeTexts(join(dir, "evidence"), raw.shared);
  if (raw.metrics.kind === "series")
    for (const [series, text] of raw.metrics.texts) await writeIn(join(dir, "metrics", `${safeName(series)}.json`), redact(text));
  const file = {
    name,
    at: raw.at.toISOString(),
    // What was concluded then; a person who knows better corrects it.
    expected: { verdict: verdict.verdict, rootCauses: verdict.rootCauses },
    environment: { ...raw.names, timezone: raw.timezone },
    ...returnedOf(raw.hosts, (host) => (several ? safeName(host) : ONLY_HOST)),
    provenance: { kind: "recorded by gumshoe record" },
  };
  await writeIn(join(dir, "case.json"), `${JSON.stringify(file, null, 2)}\n`);
}

/** How steps came back that ended with an error or lost a part, by host and step: their files cannot tell. */
function returnedOf(
  hosts: RawEvidence["hosts"],
  nameOf: (host: string) => string,
): { returned?: Record<string, Record<string, Returned>> } {
  const told = [...hosts].flatMap(([host, results]): [string, Record<string, Returned>][] => {
    const steps = [...results].flatMap(([step, raw]): [string, Returned][] => {
      if (raw.kind !== "output" || (raw.whole && raw.exitCode === 0)) return [];
      const { whole, lostOldest = false, exitCode } = raw;
      return [[step, { whole, lostOldest, exitCode }]];
    });
    return steps.length > 0 ? [[nameOf(host), Object.fromEntries(steps)]] : [];
  });
  return told.length > 0 ? { returned: Object.fromEntries(told) } : {};
}

/** The folder for a case already holds something; nothing was written. */
export class FolderTaken extends Error {}

/** Throws FolderTaken where a folder already holds something. */
export async function refuseTaken(dir: string): Promise<void> {
  if ((await readdir(dir).catch(() => [])).length > 0) throw new FolderTaken(dir);
}

async function writeTexts(dir: string, results: RawEvidence["shared"]): Promise<void> {
  for (const [step, raw] of results) {
    if (raw.kind !== "output") continue;
    // A text that was cut must not look whole when it is replayed: a whole one ends with a newline.
    const text =
      raw.whole || raw.lostOldest
        ? raw.text === "" || raw.text.endsWith("\n")
          ? raw.text
          : `${raw.text}\n`
        : raw.text.replace(/\n+$/, "");
    await writeIn(
      join(dir, `${safeName(step)}.${step === "db-connect" ? "jsonl" : step === "caddy-access" ? "log" : "txt"}`),
      redact(text),
    );
  }
}

async function writeIn(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_");
}
