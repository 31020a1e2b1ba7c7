import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../slack/workspace.ts";
import { plainLines } from "./plain-blocks.ts";
import type { Stage } from "./stage.ts";

const CHANNEL = "C0PROD";
const MINA = "U0MINA";
/** The thread is told to its end when nothing was said for so long after the verdict. */
const QUIET_MS = 4_000;
/** A diagnosis that takes longer than this has gone wrong. */
const LONGEST_MS = 180_000;

/** Prints what is said in the channel as it comes, messages that are edited in place once they rest; `all` also those that do not yet. */
export function printChannel({ workspace }: Stage["slack"], print: (line: string) => void) {
  const resting = new Map<string, { message: Message; at: number }>();
  let saidAt = Date.now();
  const end = workspace.subscribe((change) => {
    if ((change.kind !== "message" && change.kind !== "update" && change.kind !== "ephemeral") || change.message.channel !== CHANNEL)
      return;
    saidAt = Date.now();
    resting.set(change.message.ts, { message: change.message, at: saidAt });
  });
  const show = (all: boolean) => {
    for (const [ts, { message, at }] of resting) {
      if (!all && Date.now() - at < QUIET_MS / 2) continue;
      resting.delete(ts);
      for (const line of plainLines(message)) print(`${message.threadTs === undefined ? "" : "  │ "}${line}`);
      print("");
    }
  };
  return { show, end, quietMs: () => Date.now() - saidAt };
}

/**
 * Plays the demo without a browser: Mina types the command, or the disk chokes and nobody types anything, and everything that is then said in the
 * channel is printed as it comes, messages that are edited in place once they rest. Resolves with whether the thread's headline names `cause`.
 */
export async function playInTerminal({ slack, shop, alarmed }: Stage, cause: string, print: (line: string) => void): Promise<boolean> {
  const { show, end, quietMs } = printChannel(slack, print);
  const began = Date.now();
  if (alarmed) {
    print("The disk chokes. Nobody types.\n");
    shop.disk.choke();
  } else await ask(slack, print);
  const told = () =>
    slack.workspace.messages.some(
      (message) => message.channel === CHANNEL && message.threadTs === undefined && message.text.includes(cause),
    );
  while ((!told() || quietMs() < QUIET_MS) && Date.now() - began < LONGEST_MS) {
    await pause(200);
    show(false);
  }
  end();
  show(true);
  return told();
}

async function ask(slack: Stage["slack"], print: (line: string) => void): Promise<void> {
  print("Mina, in #prod:  /diagnose prod\n");
  const delivery = await slack.people.command({ user: MINA, channel: CHANNEL, command: "/diagnose", text: "prod" });
  if (!delivery.acked) throw new Error(`/diagnose prod: ${delivery.error ?? "not acknowledged"}`);
}
