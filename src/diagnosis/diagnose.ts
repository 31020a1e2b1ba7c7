import type { Environment } from "../config/config.ts";
import { gather, type Reach } from "../evidence/gather.ts";
import type { Parser } from "../evidence/parser.ts";
import type { RawEvidence } from "../evidence/read-evidence.ts";
import type { Library, Runbook } from "../runbook/library.ts";
import { diagnosisOf, type Diagnosis } from "./diagnosis.ts";

/** What a diagnosis needs: where to look, by which runbook, what that can mean, and a way to get there. */
export type Ask = {
  /** The environment's name, as people say it. */
  name: string;
  environment: Environment;
  runbook: Runbook;
  library: Library;
  parsers: ReadonlyMap<string, Parser>;
  reach: Reach;
  clock: () => Date;
  /** When the alarm that is looked into changed its state: the beginning, where the access log tells none. */
  alarmAt?: Date;
};

/** The whole story of one diagnosis: look everywhere at the same time, then judge. Throws only where `reach.signal` stopped it. */
export async function diagnose(ask: Ask): Promise<{ raw: RawEvidence; diagnosis: Diagnosis }> {
  const gathered = await gather(ask.environment, ask.runbook.steps, ask.reach, ask.clock);
  const raw = ask.alarmAt ? { ...gathered, alarmAt: ask.alarmAt } : gathered;
  return { raw, diagnosis: diagnosisOf(ask.name, raw, ask.runbook, ask.library, ask.parsers) };
}
