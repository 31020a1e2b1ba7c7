import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import type { Delivery } from "../slack/people.ts";
import type { LocalSlack } from "../slack/local-slack.ts";
import type { Message } from "../slack/workspace.ts";

/** Where the story is played, and who plays it: one asks, two approve. */
export const CAST = { channel: "C0PROD", asks: "U0ALEX", approves: ["U0MINA", "U0NOA"] } as const;

/** A plan as the store has it: `ended` with how it ended, or `asking` with the step that is asked about. */
export type Standing = { id: string; state: string; ending?: { how: string }; question?: { step: string } };

/** People who press what a message offers them, as often as it takes until the product has heard it. */
export type Player = {
  /** Whether a message offers an action. */
  isOffered: (action: string) => boolean;
  /** Has an action planned; resolves with its plan once there is one. Throws with the answer of the product where it refuses. */
  plan: (action: string) => Promise<Standing>;
  /** Says yes to a plan, by as many people as it takes. */
  approve: (plan: Standing) => Promise<void>;
  standing: (id: string) => Promise<Standing>;
};

/** `starts`: how often the product was started, where it is killed meanwhile. */
type Players = { slack: LocalSlack; store: string; signal: AbortSignal; starts?: () => number };

/**
 * How long a press may stay without effect before it is tried once more: one that nobody took, and one that the product has heard. What a copy has heard
 * that was killed since is pressed at once again. Who is more impatient only has everything planned several times.
 */
const AGAIN_MS = { unheard: 1_000, heard: 90_000 };
const LOOK_MS = 40;

/** How long a modal may take to open. */
const OPENS_MS = 4_000;

/** What the environment is called, which is typed to approve what moves data. */
const ENVIRONMENT = "prod";

/** Plays on a Slack, and looks into the product's store what became of it. */
export function playerOf({ slack, store, signal, starts = () => 0 }: Players): Player {
  const { people, workspace } = slack;
  const plans = async (where: string, value: string) =>
    rowsOf<Standing>(store, `select id, state, ending, question from plan where ${where} = $1 order by planned_at`, [value]);
  const refusals = async () => rowsOf(store, "select from audit where event = 'refused' and plan_id is null");
  const offer = (action: string) => workspace.messages.findLast((message) => hasButton(message, `plan:make:${action}`));
  /** Presses, and presses again where nothing came of it. */
  const until = async <Result>(press: () => Promise<Delivery | undefined>, came: () => Promise<Result | undefined>): Promise<Result> => {
    for (let last = { at: -Infinity, start: -1, heard: false }; ; await pause(LOOK_MS, undefined, { signal })) {
      const result = await came().catch((error: unknown) => {
        if (error instanceof Refusal) throw error;
      });
      if (result !== undefined) return result;
      const patienceMs = last.heard && last.start === starts() ? AGAIN_MS.heard : AGAIN_MS.unheard;
      if (performance.now() - last.at < patienceMs) continue;
      last = { at: performance.now(), start: starts(), heard: false };
      const delivery = await press().catch(() => undefined);
      last.heard = delivery?.acked === true && last.start === starts();
    }
  };
  const click = async (user: string, actionId: string, on: Message | undefined): Promise<Delivery | undefined> =>
    on && people.click({ user, channel: on.channel, ts: on.ts, actionId });
  const standing = async (id: string) => {
    const [row] = await plans("id", id);
    if (!row) throw new Error(`there is no plan ${id}`);
    return row;
  };
  return {
    isOffered: (action) => offer(action) !== undefined,
    standing,
    plan: async (action) => {
      const before = (await plans("action", action)).length;
      const refusedBefore = (await refusals()).length;
      return until(
        async () => click(CAST.asks, `plan:make:${action}`, offer(action)),
        async () => {
          const made = (await plans("action", action))[before];
          if (made || (await refusals()).length === refusedBefore) return made;
          // Who asked is told a moment later.
          await pause(1_000, undefined, { signal });
          throw new Refusal(workspace.messages.findLast(({ ephemeralFor }) => ephemeralFor === CAST.asks)?.text ?? "refused");
        },
      );
    },
    approve: async ({ id }) => {
      for (const user of CAST.approves) {
        if ((await standing(id)).state !== "proposed") return;
        await until(
          async () => sayYes(user, id),
          async () => {
            const said = await rowsOf(store, "select from plan_approval where plan_id = $1 and user_id = $2", [id, user]);
            return said.length > 0 || undefined;
          },
        );
      }
    },
  };

  async function sayYes(user: string, id: string): Promise<Delivery | undefined> {
    const card = workspace.messages.findLast((message) => keyOf(message).startsWith(`plan:${id}`));
    if (!card) return undefined;
    if (hasButton(card, "plan:approve")) return click(user, "plan:approve", card);
    await click(user, "plan:type", card);
    for (const end = performance.now() + OPENS_MS; performance.now() < end; await pause(LOOK_MS)) {
      const view = workspace.view(user);
      if (view?.callback_id !== "plan:typed") continue;
      return people.submitView({ user, viewId: view.id, values: { typed: { typed: ENVIRONMENT } } });
    }
    return undefined;
  }
}

/** The product has refused to plan something, in its own words. */
export class Refusal extends Error {}

function hasButton(message: Message, actionId: string): boolean {
  return JSON.stringify(message.blocks ?? []).includes(`"action_id":"${actionId}"`);
}

/** The key by which the product knows one of its messages. */
function keyOf({ metadata }: Message): string {
  return (metadata as { event_payload?: { key?: string } } | undefined)?.event_payload?.key ?? "";
}

/** Rows of a query in a store of the product. */
export async function rowsOf<Row>(store: string, query: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: store, options: "-c search_path=gumshoe" });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(query, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}
