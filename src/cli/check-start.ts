import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { isLocal, type Config, type Environment } from "../config/config.ts";
import { presentOf, saysMove } from "../remediation/moves.ts";
import { lookAtSlack, type SlackLook } from "../slack/check-slack.ts";
import type { SlackSettings } from "../slack/gumshoe-app.ts";
import type { Database } from "../store/database/connect.ts";
import { StoreFault } from "../store/database/store-fault.ts";
import { openForCommand } from "../store/open.ts";
import { movesOf } from "../store/plans/read.ts";
import { becauseOf } from "../words/because.ts";
import type { Words } from "../words/en.ts";
import { tellPlan } from "../words/plan-say.ts";
import { tellFault } from "./store/say-fault.ts";
import { printable } from "./terminal.ts";
import type { Terminal } from "./verbs.ts";

type Line = { ok: boolean; says: string };
type Checked = { config: Config; settings: SlackSettings; words: Words };

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };

/** `gumshoe start --check`: try everything that a start needs, and say of each whether it works. Exit code 0 where all of it does, else 1. */
export async function checkStart({ config, settings, words }: Checked, terminal: Terminal): Promise<void> {
  const { check } = words.start;
  const environments = [...config.environments];
  const channels = environments.flatMap(([, { channel }]) => channel ?? []);
  if (config.slack.channel !== undefined) channels.push(config.slack.channel);
  const [slack, store, queues, ...aws] = await Promise.all([
    lookAtSlack(settings, [...new Set(channels)], silent),
    storeLines(config, terminal.env, words),
    queueLines(config, words),
    ...environments.map(async ([name, environment]) => awsLines(name, environment, words)),
  ]);
  const lines = [
    ...slackLines(slack, words),
    ...channelLines("slack.channel", config.slack.channel, slack, words),
    ...store,
    ...queues,
    ...environments.flatMap(([name, environment], nth) => [
      ...whoLines(name, environment, slack, words),
      ...(aws[nth] ?? []),
      ...variableLines(name, environment, terminal.env, words),
    ]),
  ];
  const width = Math.max(check.ok.length, check.not.length);
  for (const { ok, says } of lines) terminal.print(`${(ok ? check.ok : check.not).padEnd(width)}  ${printable(says)}\n`);
  terminal.exitWith(lines.every(({ ok }) => ok) ? 0 : 1);
}

function slackLines({ signIn, socket }: SlackLook, { start: { check } }: Words): Line[] {
  const lines: Line[] = [];
  if ("code" in signIn) lines.push({ ok: false, says: check.notSignedIn(signIn.code) });
  else {
    lines.push({ ok: true, says: check.signedIn(signIn.bot, signIn.team) });
    const all = signIn.missing.length === 0;
    lines.push({ ok: all, says: all ? check.scopes : check.noScopes(signIn.missing) });
  }
  if (socket !== undefined) lines.push({ ok: socket === "opens", says: socket === "opens" ? check.socket : check.noSocket(socket.code) });
  return lines;
}

function whoLines(name: string, { channel, members }: Environment, slack: SlackLook, words: Words): Line[] {
  if (channel !== undefined) return channelLines(name, channel, slack, words);
  const { check } = words.start;
  const some = members.length > 0;
  return [{ ok: some, says: some ? check.membersOnly(name, members.length) : check.nobody(name) }];
}

/** Whether a channel can be written to; `of` is what names it. */
function channelLines(of: string, channel: string | undefined, { channels }: SlackLook, { start: { check } }: Words): Line[] {
  if (channel === undefined) return [];
  const seen = channels.get(channel);
  // Where Slack does not know us, it says nothing of channels either.
  if (seen === undefined) return [];
  if (typeof seen === "object") return [{ ok: false, says: check.unread(of, channel, seen.code) }];
  const says = { joined: check.channel, "not-joined": check.notIn, "not-there": check.noChannel }[seen](of, channel);
  return [{ ok: seen === "joined", says }];
}

async function awsLines(name: string, { aws, hosts, metrics }: Environment, words: Words): Promise<Line[]> {
  const { check } = words.start;
  if (!aws || (isLocal(hosts) && (!metrics || "files" in metrics))) return [];
  try {
    const { identityAt } = await import("../aws/identity.ts");
    return [{ ok: true, says: check.aws(name, await identityAt(aws), aws.region) }];
  } catch (error) {
    return [{ ok: false, says: check.noAws(name, words.because(becauseOf(error))) }];
  }
}

/** Whether it can be written down what happens. Changes nothing: a store that is not there yet, or of an older version, is made at the start. */
async function storeLines({ store, environments }: Config, { DATABASE_URL: url }: Terminal["env"], words: Words): Promise<Line[]> {
  const { check } = words.start;
  let moved: Line[] = [];
  const folder = url ? undefined : store.folder;
  try {
    const { db, close } = await openForCommand({ url: url || undefined, folder: store.folder, log: silent });
    try {
      moved = await movedLines(environments, db, words);
    } finally {
      await close();
    }
  } catch (error) {
    const kind = error instanceof StoreFault ? error.fault.kind : undefined;
    const because = kind === "empty" && folder !== undefined ? await unwritable(folder) : undefined;
    if (because !== undefined) return [{ ok: false, says: check.noStore(because) }];
    if (!(error instanceof StoreFault)) return [{ ok: false, says: check.noStore((error as Error).message) }];
    if (kind !== "empty" && kind !== "older") return [{ ok: false, says: check.noStore(tellFault(error.fault, words)) }];
  }
  return [{ ok: true, says: check.store(folder) }, ...moved];
}

/** The environments whose application a repair has led to another database than gumshoe.yml names. That works, and is to be written there all the same. */
async function movedLines(environments: Config["environments"], db: Database, words: Words): Promise<Line[]> {
  const lines = [...environments].map(async ([name, environment]): Promise<Line[]> => {
    const { moved, database } = presentOf(environment, await movesOf(db, name));
    return moved ? [{ ok: true, says: `${name}: ${tellPlan(saysMove(moved, database.monitorUrlFrom), words)}` }] : [];
  });
  return (await Promise.all(lines)).flat();
}

/** Why a folder that is not there cannot be made; nothing where it can. */
async function unwritable(folder: string): Promise<string | undefined> {
  for (let above = folder; ; above = dirname(above)) {
    const found = await access(above, constants.W_OK).then(
      () => "writable",
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
    if (found !== "ENOENT" || above === dirname(above)) return found === "writable" ? undefined : `${above}: ${found}`;
  }
}

async function queueLines({ intake }: Config, words: Words): Promise<Line[]> {
  const { check } = words.start;
  const lines = intake.queues.map(async (queue): Promise<Line[]> => {
    const name = queue.url.split("/").at(-1) ?? queue.url;
    try {
      const { lookAtQueue } = await import("../aws/alarms/queue/look-at-queue.ts");
      const { waiting, deadLetters } = await lookAtQueue(queue);
      const line = { ok: true, says: check.queue(name, waiting) };
      return deadLetters ? [line] : [line, { ok: false, says: check.noDeadLetters(name) }];
    } catch (error) {
      return [{ ok: false, says: check.noQueue(name, words.because(becauseOf(error))) }];
    }
  });
  return (await Promise.all(lines)).flat();
}

function variableLines(name: string, { database }: Environment, env: Terminal["env"], { start: { check } }: Words): Line[] {
  const variable = database.monitorUrlFrom;
  if (variable === undefined) return [];
  return [env[variable] ? { ok: true, says: check.variable(name, variable) } : { ok: false, says: check.noVariable(name, variable) }];
}
