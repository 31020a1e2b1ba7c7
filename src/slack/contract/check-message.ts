import { redact } from "../../evidence/redact.ts";
import { blockFaults } from "./blocks/check-blocks.ts";
import { faultLine, type Fault } from "./fault.ts";
import { LIMITS } from "./limits.ts";
import { objectsIn, stringsIn, type Placed } from "./walk.ts";

/** The parts of a message that are checked; everything else is Slack's to judge. */
export type CheckedMessage = { text?: unknown; blocks?: unknown; metadata?: unknown; [argument: string]: unknown };

/** `mentionsAll`: the message is meant to call everyone in the channel. */
type House = { mentionsAll?: boolean };

/** What Slack refuses of a message, by its own codes: the first is the one that it answers with. */
export function refusalsOf({ text, blocks }: CheckedMessage): Fault[] {
  const hasBlocks = Array.isArray(blocks) ? blocks.length > 0 : blocks !== undefined;
  if (!hasBlocks && (text === undefined || text === "")) return [{ code: "no_text", pointer: "/text", message: "must be given" }];
  const long = typeof text === "string" && text.length > LIMITS.message.text;
  const tooLong: Fault[] = long
    ? [{ code: "msg_too_long", pointer: "/text", message: `must be less than ${LIMITS.message.text + 1} characters` }]
    : [];
  if (!hasBlocks) return tooLong;
  const size = JSON.stringify(blocks).length;
  const tooBig: Fault[] =
    size > LIMITS.message.blocksJson
      ? [{ code: "msg_blocks_too_long", pointer: "/blocks", message: `${size} characters are more than ${LIMITS.message.blocksJson}` }]
      : [];
  return [...tooLong, ...blockFaults(blocks, "message"), ...tooBig];
}

/**
 * Everything that is wrong with a message of ours, one sentence each; none for a good one. What Slack refuses, and our own rules: within
 * the budget, a `text` that says it all, escaped, no secret, nobody called by accident, elements that a screen reader can name.
 */
export function faultsOf(message: CheckedMessage, house: House = {}): string[] {
  const objects = objectsIn(message.blocks, "/blocks");
  return [
    ...refusalsOf(message).map(faultLine),
    ...budget(message.blocks),
    ...summary(message),
    ...secrets(message),
    ...escapes(message, objects),
    ...(house.mentionsAll ? [] : calls(message, objects)),
    ...buttons(objects),
    ...flat(message.metadata),
  ];
}

function budget(blocks: unknown): string[] {
  const size = blocks === undefined ? 0 : JSON.stringify(blocks).length;
  return size > LIMITS.message.blocksJsonBudget
    ? [`/blocks: ${size} characters as JSON are over the budget of ${LIMITS.message.blocksJsonBudget}; split the message`]
    : [];
}

function summary({ text, blocks }: CheckedMessage): string[] {
  if (typeof text !== "string" || text.trim() === "") return ["/text: it is what screen readers read, and must say what the blocks say"];
  const faults = [];
  if (text.length > LIMITS.message.updatedText)
    faults.push(`/text: ${text.length} characters; over ${LIMITS.message.updatedText} no update is taken`);
  if (blocks !== undefined && text.trim().length < LIMITS.message.summary)
    faults.push(`/text: "${text}" is too short to say what the blocks say`);
  return faults;
}

function secrets({ text, blocks, metadata }: CheckedMessage): string[] {
  return stringsIn({ text, blocks, metadata }, "")
    .filter(({ value }) => redact(value) !== value)
    .map(({ pointer }) => `${pointer}: looks like it holds a secret`);
}

/** What Slack reads as mrkdwn, where `<`, `>` and `&` are its own. */
function marked({ text }: CheckedMessage, objects: readonly Placed[]): { pointer: string; value: string }[] {
  const inBlocks = objects
    .filter(({ value }) => value["type"] === "mrkdwn" && typeof value["text"] === "string")
    .map(({ pointer, value }) => ({ pointer: `${pointer}/text`, value: value["text"] as string }));
  return typeof text === "string" ? [{ pointer: "/text", value: text }, ...inBlocks] : inBlocks;
}

const FOREIGN =
  /<(?!@[UW][A-Z0-9]+(?:\|[^<>]*)?>|#C[A-Z0-9]+(?:\|[^<>]*)?>|![a-z]+(?:\^[^<>]*)?(?:\|[^<>]*)?>|(?:https?:\/\/|mailto:)[^<>\s]+(?:\|[^<>]*)?>)|&(?!amp;|lt;|gt;)/;

function escapes(message: CheckedMessage, objects: readonly Placed[]): string[] {
  return marked(message, objects)
    .filter(({ value }) => FOREIGN.test(value))
    .map(({ pointer, value }) => `${pointer}: "${FOREIGN.exec(value)?.[0]}" is not escaped`);
}

function calls(message: CheckedMessage, objects: readonly Placed[]): string[] {
  const written = marked(message, objects).filter(({ value }) => /<!(?:channel|here|everyone)\b/.test(value));
  const inRichText = objects.filter(({ value }) => value["type"] === "broadcast");
  return [...written, ...inRichText].map(({ pointer }) => `${pointer}: calls everyone in the channel`);
}

function buttons(objects: readonly Placed[]): string[] {
  const all = objects.filter(({ value }) => value["type"] === "button" || value["type"] === "icon_button");
  const primary = all.filter(({ value }) => value["style"] === "primary");
  const unnamed = all.filter(({ value }) => value["accessibility_label"] === undefined);
  const unasked = all.filter(({ value }) => value["style"] === "danger" && value["confirm"] === undefined);
  const nameless = all.filter(({ value }) => value["action_id"] === undefined);
  return [
    ...(primary.length > LIMITS.message.primaryButtons ? [`/blocks: ${primary.length} primary buttons; one at most`] : []),
    ...unnamed.map(({ pointer }) => `${pointer}: needs an accessibility_label that says what it acts on`),
    ...unasked.map(({ pointer }) => `${pointer}: a danger button needs a confirm dialog`),
    ...nameless.map(({ pointer }) => `${pointer}: needs an action_id`),
  ];
}

/** Metadata is flat: any app and any person in the channel can read it, so it holds ids only. */
function flat(metadata: unknown): string[] {
  if (metadata === undefined) return [];
  const payload = metadata !== null && typeof metadata === "object" && "event_payload" in metadata ? metadata.event_payload : undefined;
  if (payload === null || typeof payload !== "object") return ["/metadata: needs event_type and event_payload"];
  return Object.entries(payload)
    .filter(([, value]) => value !== null && typeof value === "object")
    .map(([key]) => `/metadata/event_payload/${key}: metadata is flat`);
}
