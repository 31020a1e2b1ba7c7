import type { Environment } from "../../config/config.ts";
import type { DatabaseLogin } from "../../config/login-config.ts";
import type { HostAnswer } from "../../evidence/gather.ts";
import type { DatabaseHost, DatabaseLook, LookingWord, WorkOrder } from "../../remediation/actions/database-host.ts";
import type { HostEnd } from "../../remediation/actions/switch/host.ts";
import { NotDone } from "../../remediation/durable.ts";
import { becauseOf, reason, Unseen } from "../../words/because.ts";
import { say } from "../../words/plan-say.ts";
import type { Access } from "../access.ts";
import { findSent, sendOnce } from "../ssm/command.ts";
import { hear } from "../ssm/invocation.ts";
import { findNodes, type Node } from "../ssm/nodes.ts";
import { registeredDocument } from "../ssm/registered.ts";
import { badRepairValue, repairDocument, repairDocumentName, repairTimeoutS, type RepairScript } from "./documents.ts";
import { answersOf, parametersOf, tagsOf } from "./look.ts";
import { readSwitch } from "./read-switch.ts";
import { surely } from "./send.ts";
import type { actingAs } from "./session.ts";

/** Where the login stands, from which host it is used, and by which document the database is changed. */
type Working = Pick<Environment, "hosts" | "database"> & {
  looks: Access;
  acts: ReturnType<typeof actingAs>;
  script: Extract<RepairScript, "end-blocking-session" | "create-index">;
  login: DatabaseLogin;
  /** A host's name or id; by default the first that SSM reaches, by name. */
  host?: string | undefined;
};

const ABOUT = "gumshoe";

/** Works on the database from one of the environment's hosts, which SSM reaches, by registered documents alone. */
export function worksOverSsm(working: Working): DatabaseHost {
  const { looks, acts, script } = working;
  const values = (planId: string) => valuesOf(working, planId);
  return {
    look: async (planId, wanted, signal, node) => lookBy(working, { planId, wanted, node }, signal),
    document: async (signal) => registeredDocument(looks, repairDocumentName(script), repairDocument(script), signal),
    values,
    send: async (order, signal) => send(working, acts(order.plan), order, signal),
    find: async ({ document, word }, since) => {
      const found = await findSent(looks, { document, about: ABOUT, word }, since);
      return found && { commandId: found.commandId, sentAt: found.sentAt.toISOString() };
    },
    ended: async ({ commandId, sentAt }, node, signal) => {
      const ageMs = looks.clock.now().getTime() - new Date(sentAt).getTime();
      const heard = await hear(looks, { commandId, id: node, ageMs, executionTimeoutS: repairTimeoutS(script) }, signal);
      return heard === "running" ? heard : endOf(heard);
    },
  };
}

/** Names of files and keys, and no password; where a URL says which database it is, nothing else does. */
function valuesOf({ login, database }: Working, plan: string): Record<string, string> {
  const { envFile, key, user } = login;
  if (user === undefined) return { plan, envFile, urlKey: key };
  return { plan, envFile, passwordKey: key, user, host: database.host, port: String(database.port), db: database.name };
}

async function send({ looks, script }: Working, access: Access, order: WorkOrder, signal: AbortSignal) {
  const { document, node, values, word } = order;
  const bad = badRepairValue(script, values);
  if (bad !== undefined) throw new NotDone(say("refusedBy", reason("valueNotAllowed", bad, values[bad] ?? "")));
  const wanted = { document, parameters: parametersOf(values), ids: [node], about: ABOUT, word };
  const { commandId } = await surely(sendOnce(access, wanted, signal, looks));
  return { commandId, sentAt: looks.clock.now().toISOString() };
}

type Look = { planId: string; wanted: LookingWord; node: string | undefined };

/** One read-only command to one host. */
async function lookBy(working: Working, { planId, wanted, node: wantedNode }: Look, signal: AbortSignal): Promise<DatabaseLook> {
  const { hosts, looks } = working;
  const values = { verb: wanted.verb, ...valuesOf(working, planId), ...("values" in wanted ? wanted.values : {}) };
  const bad = badRepairValue("look-database", values);
  if (bad !== undefined) throw new Unseen(reason("valueNotAllowed", bad, ""));
  const [all, document] = await Promise.all([
    findNodes(looks, hosts, { parameters: true, signal }),
    registeredDocument(looks, repairDocumentName("look-database"), repairDocument("look-database"), signal),
  ]);
  const node = chosen(all, wantedNode ?? working.host);
  if (!node) return { host: wantedNode ?? working.host ?? "?", node: "", end: { unreachable: reason("hostUnknown") } };
  const { id, label: host, unfit } = node;
  if (unfit) return { host, node: id, end: { unreachable: unfit } };
  const answers = await answersOf(looks, { script: "look-database", document, values, ids: [id], ...tagsOf(hosts) }, signal);
  return { host, node: id, end: endOf(answers.get(id)) };
}

/** The host that is named; else the first that can take a command, so that it is the same one each time. */
function chosen(all: readonly Node[], named: string | undefined): Node | undefined {
  if (named !== undefined) return all.find(({ id, label }) => id === named || label === named);
  const byName = all.toSorted((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : a.id < b.id ? -1 : 1));
  return byName.find(({ unfit }) => unfit === undefined) ?? byName[0];
}

function endOf(answer: HostAnswer | undefined): HostEnd {
  if (!answer) return { unreachable: reason("undelivered") };
  if ("unreachable" in answer) return { unreachable: answer.unreachable };
  try {
    return readSwitch(answer.output);
  } catch (error) {
    return { unreachable: becauseOf(error) };
  }
}
