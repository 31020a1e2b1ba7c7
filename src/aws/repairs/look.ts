import type { Environment } from "../../config/config.ts";
import type { HostAnswer } from "../../evidence/gather.ts";
import type { Access } from "../access.ts";
import { cancel, sendOnce, type Order } from "../ssm/command.ts";
import { follow } from "../ssm/follow.ts";
import { repairTimeoutS, type RepairScript } from "./documents.ts";

type Looking = Pick<Order, "document" | "ids" | "tags"> & { script: RepairScript; values: Readonly<Record<string, string>> };

/** One command of a script that only looks, for all the hosts named: what each answers, or why that is not known. */
export async function answersOf(looks: Access, { script, values, ...of }: Looking, signal: AbortSignal): Promise<Map<string, HostAnswer>> {
  const answers = new Map<string, HostAnswer>();
  const executionTimeoutS = repairTimeoutS(script);
  const sent = await sendOnce(looks, { ...of, parameters: parametersOf(values), about: `gumshoe ${script}` }, signal);
  const followed = { commandId: sent.commandId, ids: of.ids, sentAt: sent.sentAt, slowestMs: 10_000, executionTimeoutS };
  const { left, because } = await follow(looks, followed, { onEnd: (id, answer) => void answers.set(id, answer), signal });
  if (left.size > 0) {
    await cancel(looks, sent.commandId);
    signal.throwIfAborted();
    for (const id of left) answers.set(id, { unreachable: because });
  }
  return answers;
}

/** Values as SSM takes them; an empty one is left out. */
export function parametersOf(values: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === "" ? [] : [[name, [value]]])));
}

/** More ids than a command takes are meant by their tags. */
export function tagsOf(hosts: Environment["hosts"]): { tags?: Record<string, string> } {
  return Array.isArray(hosts) ? {} : { tags: hosts.tags };
}
