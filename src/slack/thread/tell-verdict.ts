import type { Environment } from "../../config/config.ts";
import type { DiagnosisEnd } from "../../diagnosis/diagnoses.ts";
import type { Diagnosis } from "../../diagnosis/diagnosis.ts";
import { figuresOf } from "../../diagnosis/figures.ts";
import type { RawEvidence } from "../../evidence/read-evidence.ts";
import { redact } from "../../evidence/redact.ts";
import { diskQueueChart } from "../../report/disk-queue-chart.ts";
import { tellDiagnosis } from "../../report/told.ts";
import { duration, timeOfDay } from "../../words/numbers.ts";
import { threadOf } from "../incident/teller.ts";
import type { Message } from "../messages/message.ts";
import { ranMessage, type Ran } from "../messages/thread/ran.ts";
import { verdictMessages } from "../messages/thread/verdict.ts";
import { planTelling } from "../plans/plan-words.ts";
import type { Attachment } from "../outbox/entry.ts";
import type { Bureau, Looking } from "./diagnosis-thread.ts";

type Ended = { diagnosis: Diagnosis; raw: RawEvidence; ms: number };

/** How a diagnosis ended that came to a verdict; what its headline says is in the words of the channels. */
export function judgedEnd({ library, words }: Bureau, { diagnosis, raw, ms }: Ended): DiagnosisEnd & { how: "judged" } {
  const { verdict, timezone, evidence } = diagnosis;
  const told = tellDiagnosis(diagnosis, library, words);
  const suspected = verdict.causes.filter(({ state }) => state === "suspected").map(({ id }) => id);
  const [advice] = told.advice;
  return {
    how: "judged",
    verdict: verdict.verdict,
    rootCauses: verdict.rootCauses,
    alike: [verdict.verdict, verdict.rootCauses.toSorted().join(","), suspected.toSorted().join(",")].join(" "),
    told: {
      verdict: told.verdict,
      roots: told.roots.map(({ title, where, says }) => ({ title, says, ...(where === undefined ? {} : { where }) })),
      suspected: told.suspected.map(({ title }) => title),
      notSeen: told.notSeen.length,
      ...(advice === undefined ? {} : { advice }),
      at: `${timeOfDay(evidence.at.getTime(), timezone)} ${timezone}`,
      took: duration(ms, words.language),
    },
    ms,
    figures: figuresOf(raw, evidence),
  };
}

type Judged = { diagnosis: Diagnosis; environment: Environment; ran: Ran; done: ReadonlySet<string> };

/** Post the verdict, in its order, then what ran. Does not wait for Slack. */
export function tellVerdict(bureau: Bureau, looking: Looking, { diagnosis, environment, ran, done }: Judged): void {
  const { words, library, scriptOf } = bureau;
  const { row, incident } = looking;
  const told = tellDiagnosis(diagnosis, library, words);
  const chart = diskQueueChart(diagnosis.evidence);
  const { titleOf } = planTelling(library, words);
  const offered = { report: incident, actions: environment.actions, done, titleOf };
  const telling = { words, timezone: diagnosis.timezone, ...offered, ...(chart ? { chart } : {}) };
  for (const [nth, message] of verdictMessages(told, telling).entries()) say(bureau, looking, `verdict:${nth}`, message);
  say(bureau, looking, "ran", ranMessage(ran, words));
  if (ran.sent.length === 0 && ran.local.length === 0) return;
  const text = withoutSecrets(scriptOf(environment, diagnosis.runbook), environment);
  const file = { name: `gumshoe-${row.environment}-${row.id}.sh`, title: words.slack.ran.script, text };
  void attachScript(bureau, looking, { file, ran });
}

/** Post one part; where the diagnosis was begun by a copy that is gone, what that one has posted is made to say what is known now. */
function say({ outbox }: Bureau, { row, incident }: Looking, part: string, message: Message): void {
  const key = `${row.id}:${part}`;
  void outbox.post({ ...threadOf(incident), key, message });
  if (row.round > 1) outbox.edit(incident.home.channel, key, message);
}

/** Attach the script itself; where that does not work, the message about what ran says so. Never rejects. */
async function attachScript(
  { outbox, words }: Bureau,
  { row, incident }: Looking,
  { file, ran }: { file: Attachment; ran: Ran },
): Promise<void> {
  const outcome = await outbox.post({ ...threadOf(incident), key: `${row.id}:script`, file });
  const because = "refused" in outcome ? outcome.refused : "inDoubt" in outcome ? outcome.inDoubt : undefined;
  if (because !== undefined) outbox.edit(incident.home.channel, `${row.id}:ran`, ranMessage(ran, words, { file: file.name, because }));
}

/**
 * The script with the secrets of the environment's own values taken out, such as a token in an address that is probed. The rest stays to the letter:
 * it holds the very rules by which secrets are known.
 */
function withoutSecrets(script: string, environment: Environment): string {
  const values = Object.values(environment).flatMap((part) => (part !== null && typeof part === "object" ? Object.values(part) : [part]));
  const texts = values.filter((value): value is string => typeof value === "string");
  return texts.reduce((left, text) => (redact(text) === text ? left : left.replaceAll(text, redact(text))), script);
}
