import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { Accessory, ActionsElement, Button, ContextActionsElement, InputElement } from "./elements.ts";
import { RichText } from "./rich-text.ts";
import { Table } from "./tables.ts";
import { anyText, block, ImageBlock, ImageElement, mrkdwn, plainText } from "./texts.ts";

const Section = z
  .strictObject({
    ...block("section"),
    text: anyText(LIMITS.section.text).optional(),
    fields: z.array(anyText(LIMITS.section.field)).min(1).max(LIMITS.section.fields).optional(),
    accessory: Accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((section) => section.text !== undefined || section.fields !== undefined, "give text or fields");

const Context = z.strictObject({
  ...block("context"),
  elements: z
    .array(z.discriminatedUnion("type", [plainText(LIMITS.context.text), mrkdwn(LIMITS.context.text), ImageElement]))
    .min(1)
    .max(LIMITS.context.elements),
});

const Input = z.strictObject({
  ...block("input"),
  label: plainText(LIMITS.input.label),
  hint: plainText(LIMITS.input.hint).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: InputElement,
});

const Card = z
  .strictObject({
    ...block("card"),
    hero_image: ImageElement.optional(),
    icon: ImageElement.optional(),
    title: mrkdwn(LIMITS.card.title).optional(),
    subtitle: mrkdwn(LIMITS.card.subtitle).optional(),
    body: mrkdwn(LIMITS.card.body).optional(),
    subtext: mrkdwn(LIMITS.card.body).optional(),
    actions: z.array(Button).min(1).max(LIMITS.card.buttons).optional(),
  })
  .refine((card) => [card.hero_image, card.title, card.actions, card.body].some((part) => part !== undefined), {
    message: "give one of hero_image, title, actions, body",
  });

const within = [
  Section,
  Context,
  Input,
  ImageBlock,
  RichText,
  z.strictObject({ ...block("header"), text: plainText(LIMITS.header) }),
  z.strictObject(block("divider")),
  z.strictObject({ ...block("actions"), elements: z.array(ActionsElement).min(1).max(LIMITS.actions) }),
] as const;

const Container = z
  .strictObject({
    ...block("container"),
    title: plainText(LIMITS.container.title).optional(),
    rich_text_title: RichText.optional(),
    subtitle: anyText(LIMITS.container.subtitle).optional(),
    child_blocks: z
      .array(z.discriminatedUnion("type", [...within, Table]))
      .min(1)
      .max(LIMITS.container.blocks),
    width: z.enum(["narrow", "standard", "wide", "full"]).optional(),
    icon: ImageElement.optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((it) => it.title !== undefined || it.rich_text_title !== undefined, "give title or rich_text_title")
  .refine((it) => !it.default_collapsed || it.is_collapsible, "default_collapsed needs is_collapsible");

/** Blocks that arrange text, pictures and elements. */
export const layoutBlocks = [
  ...within,
  Container,
  Card,
  z.strictObject({
    ...block("context_actions"),
    elements: z.array(ContextActionsElement).min(1).max(LIMITS.contextActions),
  }),
  z.strictObject({ ...block("markdown"), text: z.string().min(1).max(LIMITS.markdown) }),
  z.strictObject({ ...block("carousel"), elements: z.array(Card).min(1).max(LIMITS.carousel) }),
  z.strictObject({
    ...block("alert"),
    text: anyText(LIMITS.alert),
    level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
  }),
] as const;
