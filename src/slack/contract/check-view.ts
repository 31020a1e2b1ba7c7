import { z } from "zod";
import { redact } from "../../evidence/redact.ts";
import { blockFaults } from "./blocks/check-blocks.ts";
import { plainText } from "./blocks/texts.ts";
import { faultLine, faultsBySchema, type Fault } from "./fault.ts";
import { LIMITS } from "./limits.ts";
import { objectsIn, stringsIn } from "./walk.ts";

const shared = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(LIMITS.view.privateMetadata).optional(),
  callback_id: z.string().max(LIMITS.view.callbackId).optional(),
  external_id: z.string().max(LIMITS.view.externalId).optional(),
};

const View: z.ZodType = z.discriminatedUnion("type", [
  z.strictObject({ ...shared, type: z.literal("home") }),
  z.strictObject({
    ...shared,
    type: z.literal("modal"),
    title: plainText(LIMITS.view.title),
    submit: plainText(LIMITS.view.submit).optional(),
    close: plainText(LIMITS.view.close).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
]);

/** What Slack refuses of a modal or a Home tab, by its own codes: the first is the one that it answers with. */
export function viewRefusalsOf(view: unknown): Fault[] {
  if (Buffer.byteLength(JSON.stringify(view ?? null)) > LIMITS.view.json)
    return [{ code: "view_too_large", pointer: "/view", message: `must be less than ${LIMITS.view.json + 1} bytes` }];
  const faults = faultsBySchema(View, view, "/view", "invalid_arguments");
  if (view === null || typeof view !== "object" || !("blocks" in view) || !("type" in view)) return faults;
  const surface = view.type === "home" ? "home" : "modal";
  const blocks = blockFaults(view.blocks, surface).map((fault) => ({
    ...fault,
    code: "invalid_arguments" as const,
    pointer: `/view${fault.pointer}`,
  }));
  return [...faults, ...blocks, ...inputsWithoutSubmit(view as Record<string, unknown>)];
}

function inputsWithoutSubmit(view: Record<string, unknown>): Fault[] {
  const asks = objectsIn(view["blocks"], "").some(({ value }) => value["type"] === "input");
  if (view["type"] !== "modal" || !asks || view["submit"] !== undefined) return [];
  return [{ code: "invalid_arguments", pointer: "/view", message: "missing required field: submit (a modal with inputs needs it)" }];
}

/** Everything that is wrong with a view of ours, one sentence each: what Slack refuses, and secrets. */
export function faultsOfView(view: unknown): string[] {
  const secrets = stringsIn(view, "/view").filter(({ value }) => redact(value) !== value);
  return [...viewRefusalsOf(view).map(faultLine), ...secrets.map(({ pointer }) => `${pointer}: looks like it holds a secret`)];
}
