import { z } from "zod";
import { LIMITS } from "../limits.ts";

/** A `plain_text` object of 1 to `max` characters. */
export const plainText = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: z.string().min(1).max(max), emoji: z.boolean().optional() });

/** A `mrkdwn` object of 1 to `max` characters. */
export const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });

/** Either kind of text object. */
export const anyText = (max: number) => z.discriminatedUnion("type", [plainText(max), mrkdwn(max)]);

/** What stands on every block: its type, and an id of its own. */
export const block = <Type extends string>(type: Type) => ({
  type: z.literal(type),
  block_id: z.string().min(1).max(LIMITS.blockId).optional(),
});

/** The dialog that asks before an element acts. */
export const Confirm = z.strictObject({
  title: plainText(LIMITS.confirm.title).optional(),
  text: anyText(LIMITS.confirm.text),
  confirm: plainText(LIMITS.confirm.button).optional(),
  deny: plainText(LIMITS.confirm.button).optional(),
  style: z.enum(["primary", "danger"]).optional(),
});

/** One choice of a menu, of checkboxes or of radio buttons. */
export const Option = z.strictObject({
  text: anyText(LIMITS.option.text),
  value: z.string().min(1).max(LIMITS.option.value),
  description: anyText(LIMITS.option.description).optional(),
  url: z.string().max(LIMITS.option.url).optional(),
});

const SlackFile = z
  .strictObject({ id: z.string().optional(), url: z.string().optional() })
  .refine((file) => (file.id === undefined) !== (file.url === undefined), "invalid slack file: give either id or url");

const picture = {
  image_url: z
    .string()
    .regex(/^https?:\/\//, "must be a URL")
    .max(LIMITS.image.url)
    .optional(),
  slack_file: SlackFile.optional(),
  alt_text: z.string().min(1).max(LIMITS.image.alt),
};

const oneSource = (image: { image_url?: unknown; slack_file?: unknown }) =>
  (image.image_url === undefined) !== (image.slack_file === undefined);

/** An image within another block. */
export const ImageElement = z
  .strictObject({ type: z.literal("image"), ...picture })
  .refine(oneSource, "give either image_url or slack_file");

/** An image block. */
export const ImageBlock = z
  .strictObject({ ...block("image"), ...picture, title: plainText(LIMITS.image.title).optional() })
  .refine(oneSource, "give either image_url or slack_file");
