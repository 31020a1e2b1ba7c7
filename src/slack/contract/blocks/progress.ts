import { z } from "zod";
import { RichText } from "./rich-text.ts";
import { block } from "./texts.ts";

/** A `task_card`: one step, and how it stands; "completed" is not one of Slack's words. */
export const TaskCard = z.strictObject({
  ...block("task_card"),
  task_id: z.string().min(1),
  title: z.string().min(1),
  status: z.enum(["pending", "in_progress", "complete", "error"]),
  details: RichText.optional(),
  output: RichText.optional(),
  sources: z.array(z.strictObject({ type: z.literal("url"), url: z.string().min(1), text: z.string().min(1) })).optional(),
});

/** A `plan`: a title and its task cards. */
export const Plan = z.strictObject({ ...block("plan"), title: z.string().min(1), tasks: z.array(TaskCard).min(1).optional() });
