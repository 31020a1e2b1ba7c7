import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { RichText } from "./rich-text.ts";
import { Confirm, ImageElement, Option, plainText } from "./texts.ts";

const action = <Type extends string>(type: Type) => ({
  type: z.literal(type),
  action_id: z.string().min(1).max(LIMITS.actionId).optional(),
});
const asks = { confirm: Confirm.optional() };
const focus = { focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plainText(LIMITS.select.placeholder).optional() };
const dispatch = {
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(["on_enter_pressed", "on_character_entered"]))
        .min(1)
        .optional(),
    })
    .optional(),
};
const style = { style: z.enum(["primary", "danger"]).optional() };
const label = { accessibility_label: z.string().min(1).max(LIMITS.button.label).optional() };
const most = { max_selected_items: z.number().int().min(1).optional() };
const respond = { response_url_enabled: z.boolean().optional() };
const menu = { ...asks, ...focus, ...placeholder };

/** A button, in any place that takes one. */
export const Button = z.strictObject({
  ...action("button"),
  ...asks,
  ...style,
  ...label,
  text: plainText(LIMITS.button.text),
  value: z.string().max(LIMITS.button.value).optional(),
  url: z.string().max(LIMITS.button.url).optional(),
});

const WorkflowButton = z.strictObject({
  ...action("workflow_button"),
  ...asks,
  ...style,
  ...label,
  text: plainText(LIMITS.button.text),
  workflow: z.strictObject({
    trigger: z.strictObject({
      url: z.string().min(1),
      customizable_input_parameters: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
    }),
  }),
});

const options = { options: z.array(Option).min(1).max(LIMITS.select.options).optional() };
const groups = {
  option_groups: z
    .array(z.strictObject({ label: plainText(LIMITS.option.text), options: z.array(Option).min(1).max(LIMITS.select.options) }))
    .min(1)
    .max(LIMITS.select.groups)
    .optional(),
};
const either = (select: { options?: unknown; option_groups?: unknown }) =>
  (select.options === undefined) !== (select.option_groups === undefined);

const filter = {
  filter: z
    .strictObject({
      include: z
        .array(z.enum(["im", "mpim", "private", "public"]))
        .min(1)
        .optional(),
      exclude_external_shared_channels: z.boolean().optional(),
      exclude_bot_users: z.boolean().optional(),
    })
    .optional(),
};
const here = { default_to_current_conversation: z.boolean().optional() };

const selects = [
  z
    .strictObject({ ...action("static_select"), ...menu, ...options, ...groups, initial_option: Option.optional() })
    .refine(either, "give either options or option_groups"),
  z.strictObject({ ...action("external_select"), ...menu, initial_option: Option.optional(), min_query_length: z.number().optional() }),
  z.strictObject({ ...action("users_select"), ...menu, initial_user: z.string().optional() }),
  z.strictObject({ ...action("channels_select"), ...menu, ...respond, initial_channel: z.string().optional() }),
  z.strictObject({
    ...action("conversations_select"),
    ...menu,
    ...respond,
    ...filter,
    ...here,
    initial_conversation: z.string().optional(),
  }),
  z
    .strictObject({
      ...action("multi_static_select"),
      ...menu,
      ...most,
      ...options,
      ...groups,
      initial_options: z.array(Option).optional(),
    })
    .refine(either, "give either options or option_groups"),
  z.strictObject({
    ...action("multi_external_select"),
    ...menu,
    ...most,
    initial_options: z.array(Option).optional(),
    min_query_length: z.number().optional(),
  }),
  z.strictObject({ ...action("multi_users_select"), ...menu, ...most, initial_users: z.array(z.string()).optional() }),
  z.strictObject({ ...action("multi_channels_select"), ...menu, ...most, initial_channels: z.array(z.string()).optional() }),
  z.strictObject({
    ...action("multi_conversations_select"),
    ...menu,
    ...most,
    ...filter,
    ...here,
    initial_conversations: z.array(z.string()).optional(),
  }),
] as const;

const choices = z.array(Option).min(1).max(LIMITS.choices);
const pickers = [
  z.strictObject({ ...action("checkboxes"), ...asks, ...focus, options: choices, initial_options: choices.optional() }),
  z.strictObject({ ...action("radio_buttons"), ...asks, ...focus, options: choices, initial_option: Option.optional() }),
  z.strictObject({ ...action("datepicker"), ...menu, initial_date: z.iso.date().optional() }),
  z.strictObject({
    ...action("timepicker"),
    ...menu,
    initial_time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:mm")
      .optional(),
    timezone: z.string().optional(),
  }),
] as const;

const DateTimePicker = z.strictObject({ ...action("datetimepicker"), ...asks, ...focus, initial_date_time: z.number().int().optional() });
const Overflow = z.strictObject({ ...action("overflow"), ...asks, options: z.array(Option).min(1).max(LIMITS.overflow) });
const RichTextInput = z.strictObject({
  ...action("rich_text_input"),
  ...focus,
  ...placeholder,
  ...dispatch,
  initial_value: RichText.optional(),
  min_lines: z.number().int().min(1).optional(),
  max_lines: z.number().int().min(1).optional(),
});

const typed = { ...focus, ...placeholder, ...dispatch };
const inputLength = z.number().int().min(0).max(LIMITS.plainTextInput).optional();
const inputs = [
  z.strictObject({
    ...action("plain_text_input"),
    ...typed,
    initial_value: z.string().max(LIMITS.plainTextInput).optional(),
    multiline: z.boolean().optional(),
    min_length: inputLength,
    max_length: inputLength,
  }),
  z.strictObject({ ...action("email_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ ...action("url_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({
    ...action("number_input"),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({
    ...action("file_input"),
    filetypes: z.array(z.string()).min(1).optional(),
    max_files: z.number().int().min(1).max(LIMITS.choices).optional(),
  }),
] as const;

const feedback = z.strictObject({ text: plainText(LIMITS.button.text), ...label, value: z.string().min(1).max(LIMITS.button.value) });

/** What an `actions` block takes. */
export const ActionsElement: z.ZodType = z.discriminatedUnion("type", [
  Button,
  WorkflowButton,
  Overflow,
  DateTimePicker,
  RichTextInput,
  ...selects,
  ...pickers,
]);

/** What stands beside a section's text. */
export const Accessory: z.ZodType = z.discriminatedUnion("type", [Button, WorkflowButton, Overflow, ImageElement, ...selects, ...pickers]);

/** What an `input` block asks with. */
export const InputElement: z.ZodType = z.discriminatedUnion("type", [DateTimePicker, RichTextInput, ...selects, ...pickers, ...inputs]);

/** What a `context_actions` block takes; `trash` is the one icon that Slack names. */
export const ContextActionsElement: z.ZodType = z.discriminatedUnion("type", [
  z.strictObject({ ...action("feedback_buttons"), positive_button: feedback, negative_button: feedback }),
  z.strictObject({
    ...action("icon_button"),
    ...asks,
    ...label,
    icon: z.literal("trash"),
    text: plainText(LIMITS.button.text),
    value: z.string().max(LIMITS.button.value).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
]);
