import type { PlanBlock, RichTextBlock, TaskCardBlock } from "@slack/types";
import type { Verdict } from "../../../diagnosis/verdict.ts";
import type { Words } from "../../../words/en.ts";
import type { Looked, Steps } from "../../thread/steps.ts";
import { message, type Message } from "../message.ts";
import { line, rich } from "../rich.ts";
import { oneLine } from "../texts.ts";

/** How the diagnosis ended, if it has; `same` where it showed what the last one of its incident did, and nothing more is told. */
export type End = { how: "judged"; ms: number; verdict: Verdict; same?: boolean } | { how: "failed" } | { how: "stopped" };

type State = TaskCardBlock["status"];
type Task = { id: string; title: string; state: State; output?: string };

/** Hosts that have a card of their own; the others are counted in one. */
const HOSTS = 8;

/** The steps as a plan that turns over: finding the hosts, each of them, the metrics, the database, the judgement. */
export function stepsMessage(environment: string, steps: Steps, words: Words, end?: End): Message {
  const { plan } = words.slack;
  const tasks = [findingTask(steps, words), ...hostTasks(steps, words), ...metricsTask(steps, words), ...databaseTask(steps, words)];
  const settled = tasks.every(({ state }) => state === "complete" || state === "error");
  const all = [...tasks, judgingTask(settled, words, end)].map((task) => (end && end.how !== "judged" ? given(task, words) : task));
  const block: PlanBlock = { type: "plan", title: oneLine(titleOf(environment, words, end)), tasks: all.map(cardOf) };
  // A screen reader reads no cards, so the states are words in the text; what was not seen says so itself.
  const spoken = all.map(({ title, state, output }) =>
    output === undefined || state !== "error"
      ? [`${title}: ${plan.state[state]}`, output].join(output === undefined ? "" : ", ")
      : `${title}: ${output}`,
  );
  return message([block], [block.title, ...spoken]);
}

function titleOf(environment: string, { slack: { plan } }: Words, end: End | undefined): string {
  if (!end) return plan.looking(environment);
  if (end.how !== "judged") return plan[end.how](environment);
  return end.same ? plan.same(environment, end.ms) : plan.done(environment, end.ms);
}

function findingTask({ hosts, noHosts }: Steps, words: Words): Task {
  const { plan } = words.slack;
  const task = { id: "hosts", title: plan.hosts };
  if (noHosts) return { ...task, state: "error", output: plan.notSeen(words.because(noHosts)) };
  if (!hosts) return { ...task, state: "in_progress" };
  const shown = hosts.length > HOSTS ? [...hosts.slice(0, HOSTS), words.slack.moreLines(hosts.length - HOSTS)] : hosts;
  return { ...task, state: "complete", output: plan.hostsFound(shown, hosts.length) };
}

function hostTasks(steps: Steps, words: Words): Task[] {
  const { plan } = words.slack;
  const hosts = steps.hosts ?? [];
  // Those that cannot be seen come first, so that none of them hides among the counted.
  const order =
    hosts.length > HOSTS ? [...hosts.filter((host) => isLost(steps, host)), ...hosts.filter((host) => !isLost(steps, host))] : hosts;
  const shown = order.slice(0, HOSTS).map((host, nth) => hostTask(steps, host, nth, words));
  const rest = order.slice(HOSTS);
  if (rest.length === 0) return shown;
  const answered = rest.filter((host) => steps.done.has(host)).length;
  const lost = rest.filter((host) => isLost(steps, host)).length;
  const state: State = answered < rest.length ? "in_progress" : lost > 0 ? "error" : "complete";
  return [...shown, { id: "more-hosts", title: plan.moreHosts(rest.length), state, output: plan.answered(answered, rest.length, lost) }];
}

function isLost({ looks, done }: Steps, host: string): boolean {
  const looked = looks.get(host);
  return done.has(host) && looked?.unseen !== undefined && looked.seen === 0;
}

function hostTask(steps: Steps, host: string, nth: number, words: Words): Task {
  const { plan } = words.slack;
  const looked = steps.looks.get(host) ?? { taken: 0, seen: 0 };
  const task = { id: `host-${nth + 1}`, title: plan.host(host) };
  if (!steps.done.has(host)) return { ...task, state: "in_progress", ...(steps.sent.has(host) ? { output: plan.hostAsked } : {}) };
  if (isLost(steps, host)) return { ...task, state: "error", output: unseen(looked, words) };
  return { ...task, state: "complete", output: plan.steps(looked.seen, looked.taken) };
}

function metricsTask({ metrics, asks }: Steps, words: Words): Task[] {
  if (asks.metrics === 0) return [];
  const { plan } = words.slack;
  const task = { id: "metrics", title: plan.metrics };
  if (!metrics) return [{ ...task, state: "in_progress" }];
  return [looked(task, metrics, plan.series(metrics.seen, metrics.taken), words)];
}

function databaseTask({ database, asks }: Steps, words: Words): Task[] {
  if (asks.database === 0) return [];
  const { plan } = words.slack;
  const task = { id: "database", title: plan.database };
  if (database.taken < asks.database) return [{ ...task, state: "in_progress" }];
  return [looked(task, database, plan.queries(database.seen, database.taken), words)];
}

function looked(task: Pick<Task, "id" | "title">, what: Looked, numbers: string, words: Words): Task {
  if (what.seen === 0 && what.unasked) return { ...task, state: "complete", output: words.slack.plan.notConfigured };
  return what.seen === 0 && what.unseen
    ? { ...task, state: "error", output: unseen(what, words) }
    : { ...task, state: "complete", output: numbers };
}

function unseen({ unseen: because }: Looked, words: Words): string {
  return because ? words.slack.plan.notSeen(words.because(because)) : "";
}

function judgingTask(settled: boolean, words: Words, end: End | undefined): Task {
  const { plan } = words.slack;
  const task = { id: "judging", title: plan.judging };
  if (end?.how !== "judged") return { ...task, state: settled ? "in_progress" : "pending" };
  const count = (state: Verdict["causes"][number]["state"]) => end.verdict.causes.filter((cause) => cause.state === state).length;
  const weighed = { confirmed: count("confirmed"), suspected: count("suspected"), ruledOut: count("ruled-out"), unknown: count("unknown") };
  return { ...task, state: "complete", output: plan.weighed(weighed) };
}

/** A task of a diagnosis that ended without a verdict: what was not done by then never will be. */
function given(task: Task, words: Words): Task {
  return task.state === "pending" || task.state === "in_progress" ? { ...task, state: "error", output: words.slack.plan.skipped } : task;
}

function cardOf({ id, title, state, output }: Task): TaskCardBlock {
  const shown: { output?: RichTextBlock } = output === undefined || output === "" ? {} : { output: rich(line(output)) };
  return { type: "task_card", task_id: id, title: oneLine(title, 200), status: state, ...shown };
}
