import type { RichTextBlock } from "@slack/types";
import type { Mute } from "../../../alarm/ledger.ts";
import type { Environment } from "../../../config/config.ts";
import type { DiagnosisRow } from "../../../diagnosis/diagnoses.ts";
import type { Halt } from "../../../remediation/plans.ts";
import type { Said } from "../../../runbook/schema.ts";
import type { Words } from "../../../words/en.ts";
import { message, type Message } from "../message.ts";
import { bold, filled, line, link, rich, titledList, type Piece } from "../rich.ts";
import { haltLines } from "../plan/halt-messages.ts";
import { incidentLines, muteLines, type Linked } from "./incidents.ts";

/** How everything stands. */
export type Standing = {
  environments: readonly EnvironmentStanding[];
  /** The incidents that are open. */
  open: readonly Linked[];
  mutes: readonly Mute[];
  /** Environments in which nothing may be changed. */
  halts?: readonly Halt[];
  health: Health;
  /** Nothing of it could be read: what is empty is not known to be. */
  unread?: boolean;
};

/** How one environment stands: what is under way, what came last, each with the way to its thread where that is known. */
export type EnvironmentStanding = {
  name: string;
  environment: Environment;
  running?: { row: DiagnosisRow; runbook: Said | undefined; url?: string | undefined };
  last?: { row: DiagnosisRow; titles: readonly Said[]; url?: string | undefined };
};

/** The parts that all depends on; one with `ill` is not well, and why, where that is known. A part of several has a name each. */
export type Health = readonly { part: "store" | "intake" | "outbox"; name?: string; ill?: string | undefined }[];

/** `/diagnose status`: every environment with what is under way and what came last; open incidents, mutes, and how the parts are. */
export function statusMessage(standing: Standing, now: Date, words: Words): Message {
  const { status, incident } = words.slack;
  const running = standing.environments.filter((each) => each.running !== undefined).length;
  return message([
    ...(standing.unread ? [] : [rich(line(status.open(running)))]),
    ...standingBlocks(standing, now, words),
    ...(standing.open.length > 0 ? titledList(incident.answers.incidents(standing.open.length), incidentLines(standing.open, words)) : []),
    ...titledList(incident.answers.mutes, muteLines(standing.mutes, words)),
    ...titledList(words.slack.plans.halt.list, haltLines(standing.halts ?? [], words)),
    ...healthBlocks(standing.health, words),
  ]);
}

/** Every environment, a line each. */
export function standingBlocks({ environments, unread }: Standing, now: Date, words: Words): RichTextBlock[] {
  const { status } = words.slack;
  if (environments.length === 0) return [rich(line(status.noEnvironments))];
  return titledList(
    status.title,
    environments.map((each) => [
      bold(each.name),
      `: ${hostsOf(each.environment, words)}; `,
      ...(unread ? [words.slack.incident.health.notKnown] : stateOf(each, now, words)),
    ]),
  );
}

/** What is under way, a line each. */
export function runningLines({ environments }: Standing, now: Date, words: Words): Piece[][] {
  return environments.flatMap(({ name, running }) => (running ? [runningLine(name, running, now, words)] : []));
}

/** How the parts are, a line each; none where nothing is told of them. */
export function healthBlocks(health: Health, words: Words): RichTextBlock[] {
  const { title, well, ill, unread, parts } = words.slack.incident.health;
  const lines = health.map((each): Piece[] => {
    const name = each.name === undefined ? parts[each.part] : `${parts[each.part]} ${each.name}`;
    return "ill" in each ? [`${name}: `, bold(ill(each.ill ?? unread))] : [`${name}: ${well}`];
  });
  return titledList(title, lines);
}

function stateOf({ name, running, last }: EnvironmentStanding, now: Date, words: Words): Piece[] {
  const { status } = words.slack;
  if (running) return runningLine(name, running, now, words);
  if (!last) return [status.neverLooked];
  const ago = words.slack.ago(now.getTime() - (last.row.endedAt ?? now).getTime());
  const told = status.lastLook(verdictOf(last, words), ago);
  return last.url === undefined ? [told] : [`${told} · `, link(last.url, words.slack.buttons.openThread)];
}

function runningLine(name: string, { row, runbook, url }: NonNullable<EnvironmentStanding["running"]>, now: Date, words: Words): Piece[] {
  const sentence = words.slack.status.running(name, Math.max(0, now.getTime() - (row.beganAt ?? now).getTime()), "{link}");
  return filled(sentence, {
    link: url === undefined ? (runbook?.[words.language] ?? row.runbook) : link(url, words.slack.buttons.openThread),
  });
}

function verdictOf({ row: { end }, titles }: NonNullable<EnvironmentStanding["last"]>, words: Words): string {
  if (end?.how !== "judged") return words.slack.status[end?.how ?? "stopped"];
  const told = titles.map((title) => title[words.language]);
  return [words.verdict[end.verdict], ...(told.length > 0 ? [told.join("; ")] : [])].join(": ");
}

function hostsOf({ hosts }: Environment, words: Words): string {
  const { status } = words.slack;
  if (Array.isArray(hosts)) return status.hosts(hosts.length);
  return status.hostsByTags(Object.entries(hosts.tags).map(([name, value]) => `${name}=${value}`));
}
