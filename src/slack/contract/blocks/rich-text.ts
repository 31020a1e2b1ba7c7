import { z } from "zod";
import { block } from "./texts.ts";

const Style = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
    underline: z.boolean().optional(),
    highlight: z.boolean().optional(),
  })
  .optional();

const Text = z.strictObject({ type: z.literal("text"), text: z.string().min(1), style: Style });
const Link = z.strictObject({
  type: z.literal("link"),
  url: z.string().min(1),
  text: z.string().optional(),
  unsafe: z.boolean().optional(),
  style: Style,
});

const Inline = z.discriminatedUnion("type", [
  Text,
  Link,
  z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style: Style }),
  z.strictObject({ type: z.literal("channel"), channel_id: z.string().min(1), style: Style }),
  z.strictObject({ type: z.literal("color"), value: z.string().min(1), style: Style }),
  z.strictObject({
    type: z.literal("date"),
    timestamp: z.number().int(),
    format: z.string().min(1),
    url: z.string().optional(),
    fallback: z.string().optional(),
    style: Style,
  }),
  z.strictObject({
    type: z.literal("emoji"),
    name: z.string().min(1),
    unicode: z.string().optional(),
    url: z.string().optional(),
    style: Style,
  }),
  z.strictObject({ type: z.literal("team"), team_id: z.string().min(1), style: Style }),
  z.strictObject({ type: z.literal("user"), user_id: z.string().min(1), style: Style }),
  z.strictObject({ type: z.literal("usergroup"), usergroup_id: z.string().min(1), style: Style }),
]);

const Section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(Inline) });
const border = z.literal([0, 1]).optional();

/** A `rich_text` block: sections, lists, quotes and preformatted text. */
export const RichText = z.strictObject({
  ...block("rich_text"),
  elements: z
    .array(
      z.discriminatedUnion("type", [
        Section,
        z.strictObject({
          type: z.literal("rich_text_list"),
          style: z.enum(["bullet", "ordered"]),
          elements: z.array(Section).min(1),
          indent: z.number().int().min(0).optional(),
          offset: z.number().int().min(0).optional(),
          border,
        }),
        z.strictObject({ type: z.literal("rich_text_quote"), elements: z.array(Inline), border }),
        z.strictObject({
          type: z.literal("rich_text_preformatted"),
          elements: z.array(z.discriminatedUnion("type", [Text, Link])),
          border,
          language: z.string().optional(),
        }),
      ]),
    )
    .min(1),
});
