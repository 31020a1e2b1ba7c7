import { z } from "zod";
import type { Banner } from "./banner.ts";
import type { Actions, Delivery } from "./people.ts";

const user = z.string();
const where = { user, channel: z.string() };

/** What a person can do on the page, as it is posted to the server. */
const Act = z.discriminatedUnion("act", [
  z.object({ act: z.literal("write"), ...where, text: z.string().min(1).max(12_000), threadTs: z.string().optional() }),
  z.object({ act: z.literal("command"), ...where, command: z.string(), text: z.string().max(12_000) }),
  z.object({ act: z.literal("invite"), ...where, invited: z.string() }),
  z.object({
    act: z.literal("click"),
    user,
    on: z.union([z.object({ channel: z.string(), ts: z.string() }), z.object({ viewId: z.string() })]),
    actionId: z.string(),
    blockId: z.string().optional(),
    value: z.string().optional(),
  }),
  z.object({ act: z.literal("shortcut"), ...where, ts: z.string(), callbackId: z.string() }),
  z.object({ act: z.literal("open-home"), user }),
  z.object({ act: z.literal("submit-view"), user, viewId: z.string(), values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  z.object({ act: z.literal("close-view"), user, viewId: z.string() }),
  z.object({ act: z.literal("press-banner"), user, id: z.string() }),
]);

/** One thing that a person does. */
export type Act = z.infer<typeof Act>;

/** What became of it: how it was delivered, or in a sentence why it could not be done at all. */
export type Acted = Delivery | { refused: string };

/** Nothing had to be delivered to the app. */
const DONE: Delivery = { acked: true, ms: 0 };

/** Do what the page posted. Whatever a person cannot do comes back as a sentence. */
export async function perform(body: unknown, { people, banner }: { people: Actions; banner?: Banner }): Promise<Acted> {
  const read = Act.safeParse(body);
  if (!read.success) return { refused: `The page sent something that is no act: ${z.prettifyError(read.error)}` };
  try {
    return await performOne(read.data, people, banner);
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

async function performOne(did: Act, people: Actions, banner: Banner | undefined): Promise<Acted> {
  switch (did.act) {
    case "write":
      return people.mention({ ...who(did), text: did.text, ...(did.threadTs === undefined ? {} : { threadTs: did.threadTs }) });
    case "command":
      return people.command({ ...who(did), command: did.command, text: did.text });
    case "invite":
      people.invite({ ...who(did), invited: did.invited });
      return DONE;
    case "click": {
      const blockId = did.blockId === undefined ? {} : { blockId: did.blockId };
      const value = did.value === undefined ? {} : { value: did.value };
      return people.click({ user: did.user, actionId: did.actionId, ...blockId, ...value, ...did.on });
    }
    case "shortcut":
      return people.shortcut({ ...who(did), ts: did.ts, callbackId: did.callbackId });
    case "open-home":
      return people.openHome(did.user);
    case "submit-view":
      return people.submitView({ user: did.user, viewId: did.viewId, values: did.values });
    case "close-view":
      return people.closeView({ user: did.user, viewId: did.viewId });
    case "press-banner":
      return banner?.press(did.id) ? DONE : { refused: "The lab has no such button now." };
  }
}

function who({ user: by, channel }: { user: string; channel: string }) {
  return { user: by, channel };
}
