import { loadConfig } from "../config/config.ts";
import { isRefused, type Call, type Input, type Plan } from "../remediation/plan.ts";
import { planOf } from "../remediation/propose.ts";
import type { Words } from "../words/en.ts";
import { tellPlan, type PlanSay } from "../words/plan-say.ts";
import { presentFor } from "./present-for.ts";
import { clientsIn } from "./reach.ts";
import { openLibrary } from "./shipped.ts";
import { actionsOf } from "./start/actions.ts";
import { printable, type Paint } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import type { SharedOptions, Terminal } from "./verbs.ts";

/**
 * The options of `gumshoe plan`; `set` holds what is chosen, such as `unit=gunicorn`, and what earlier plans of the incident would have made, such as
 * `address=db.example:5432`.
 */
export type PlanOptions = SharedOptions & { config: string; set: readonly string[]; incident: string; json: boolean };

/** A plan has looked for so long at most. */
const LIMIT_MS = 5 * 60_000;

/**
 * `gumshoe plan ENVIRONMENT ACTION`: make the plan that people would be asked to approve, and print it. It only reads; nothing is written down and nobody is
 * asked. Exit code 1 where it would be refused, with the reason.
 */
export async function printPlan(name: string, action: string, options: PlanOptions, terminal: Terminal): Promise<void> {
  const { config: path, set, json, words } = options;
  const incident = Number(options.incident);
  if (!Number.isSafeInteger(incident) || incident < 0) throw new UsageError(words.plan.noIncident(options.incident));
  const input = inputOf(set, words);
  const environment = await presentFor(name, await loadConfig(path), words, terminal);
  const { library } = await openLibrary(options.runbooks);
  const clientsOf = clientsIn(environment, terminal.env);
  const made = await planOf(
    {
      plans: { haltOf: async () => undefined, of: async () => [] },
      allowedIn: () => actionsOf(environment, { name, ...(clientsOf ? { clientsOf } : {}) }),
      rootCausesOf: async () => [],
      given: input,
      newId: () => "dry-run",
      now: () => new Date(),
      signal: AbortSignal.any([terminal.signal, AbortSignal.timeout(LIMIT_MS)]),
    },
    { incident, environment: name, action, input, by: { userId: "", name: "" } },
  );
  if (isRefused(made)) throw new UsageError(words.plan.refused(action, tellPlan(made.because, words)));
  const title = library.actions.get(action)?.[words.language] ?? action;
  terminal.print(json ? `${JSON.stringify(shown(made), null, 2)}\n` : textOf(made, { title, words, paint: terminal.paint }));
  terminal.progress(`${words.plan.onlyLooked}\n`);
}

/** `name=value`, each; throws a UsageError at what is no such pair. */
function inputOf(set: readonly string[], words: Words): Input {
  const pairs = set.map((pair) => {
    const [, name, value] = /^([a-z][a-zA-Z0-9]*)=(.+)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(words.plan.notSet(pair));
    return [name, value] as const;
  });
  return Object.fromEntries(pairs);
}

/** What of a plan does not hang on who asks, when, and for which incident. */
function shown({ environment, action, input, draft, policy }: Plan): unknown {
  return { environment, action, input, calls: draft.calls, touches: draft.touches, says: draft.says, policy };
}

type Showing = { title: string; words: Words; paint: Paint };

function textOf({ environment, draft: { calls, touches, says }, policy }: Plan, { title, words, paint }: Showing): string {
  const { sections, title: headed } = words.slack.plans;
  const told = (sentences: readonly PlanSay[]) => sentences.map((sentence) => tellPlan(sentence, words));
  const state = (held: Readonly<Record<string, unknown>>) =>
    Object.entries(held)
      .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(" ");
  const parts: readonly (readonly [string, readonly string[]])[] = [
    [sections.does, told(says.does)],
    [sections.calls, calls.map((call) => callLine(call, state, words))],
    [words.plan.touches, touches.map(({ kind, name, state: held }) => `${kind} ${name}: ${state(held)}`)],
    [sections.risks, told(says.risks)],
    [sections.takes, told(says.takes)],
    [sections.costs, told(says.costs)],
    [sections.undo, told(says.undo)],
    [sections.unchecked, told(says.unchecked)],
    [words.plan.approval, [words.plan.needs(policy.approvals, policy.approvers, policy.solo)]],
  ];
  const blocks = parts.flatMap(([heading, lines]) =>
    lines.length === 0 ? [] : [`${paint.bold(heading)}\n${lines.map((each) => `  ${printable(each)}\n`).join("")}`],
  );
  return [`${paint.bold(headed(title, environment))}\n`, ...blocks].join("\n");
}

function callLine(call: Call, state: (held: Readonly<Record<string, unknown>>) => string, words: Words): string {
  if (call.on === "aws") return `${call.service}:${call.operation} ${state(call.input)}`;
  return `${call.document} ${words.slack.plans.onHosts(call.hosts)} ${state(call.values)}`;
}
