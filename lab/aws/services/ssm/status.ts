import type { Command, Detail, Invocation, Plugin } from "./ssm-state.ts";

/** The wire's Status for a detail. Undeliverable is Failed, as reported by users; Terminated likewise (unverified). */
const STATUS = {
  Pending: "Pending",
  InProgress: "InProgress",
  Cancelling: "Cancelling",
  Success: "Success",
  Failed: "Failed",
  Cancelled: "Cancelled",
  DeliveryTimedOut: "TimedOut",
  ExecutionTimedOut: "TimedOut",
  Undeliverable: "Failed",
  Terminated: "Failed",
} as const satisfies Record<Detail, string>;

/** How a whole command stands: as its invocations do, or in words that only a command has. */
export type CommandDetail = Detail | "Incomplete" | "NoInstancesInTag";

/** The Status that belongs to a StatusDetails. */
export function statusOf<Known extends Detail>(detail: Known): (typeof STATUS)[Known] {
  return STATUS[detail];
}

/** The Status of a whole command; Incomplete is a failure, and a target without nodes is a success (reported by users). */
export function commandStatus(detail: CommandDetail): Exclude<(typeof STATUS)[Detail], "Delayed"> {
  return detail === "Incomplete" ? "Failed" : detail === "NoInstancesInTag" ? "Success" : STATUS[detail];
}

/** Whether nothing more will happen. */
export const ended = (detail: Detail): boolean => detail !== "Pending" && detail !== "InProgress" && detail !== "Cancelling";

/** Nothing more will happen to an invocation, nor to the steps it has not come to. */
export function end(invocation: Invocation, detail: Plugin["detail"]): void {
  if (ended(invocation.detail)) return;
  invocation.detail = detail;
  for (const plugin of invocation.plugins) if (!ended(plugin.detail)) plugin.detail = detail;
}

/** How many invocations stand in one of these ways. */
export const count = ({ invocations }: Command, ...details: Detail[]): number =>
  invocations.filter(({ detail }) => details.includes(detail)).length;

/** Failures that count against MaxErrors; those that were not delivered don't. */
export const errorsOf = (command: Command): number => count(command, "Failed", "ExecutionTimedOut");

/** `10` or `10%` of so many. */
export const amount = (text: string, of: number): number =>
  text.endsWith("%") ? Math.floor((parseInt(text, 10) * of) / 100) : Number(text);

/** How a command stands as a whole, by the table "Detailed status for a command". */
export function commandDetail(command: Command): CommandDetail {
  const { invocations, cancelled, maxErrors } = command;
  if (invocations.length === 0) return "NoInstancesInTag";
  if (!invocations.every(({ detail }) => ended(detail))) {
    if (cancelled) return "Cancelling";
    return invocations.every(({ detail }) => detail === "Pending") ? "Pending" : "InProgress";
  }
  if (cancelled && count(command, "Cancelled") > 0) return "Cancelled";
  if (count(command, "Success") === invocations.length) return "Success";
  const limit = Math.max(1, amount(maxErrors, invocations.length));
  if (errorsOf(command) >= limit) return count(command, "Failed") > 0 ? "Failed" : "ExecutionTimedOut";
  return count(command, "DeliveryTimedOut") >= limit ? "DeliveryTimedOut" : "Incomplete";
}
