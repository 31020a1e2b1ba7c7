import { z } from "zod";
import { switchRules } from "./switch-config.ts";

const Approver = z.string().regex(/^[UWS][A-Z0-9]{2,}$/, "the id of a Slack user (U…) or user group (S…)");
const Role = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "a role's ARN, such as arn:aws:iam::123456789012:role/gumshoe-repair")
  .describe("The role that is assumed for one approved plan, and for nothing else");
const Unit = z.string().regex(/^[A-Za-z0-9:_.@-]+$/, "a systemd unit's name, such as gunicorn or gunicorn.service");

const rules = {
  approvers: z.array(Approver).min(1, "name at least one approver").optional().describe("Who may say yes; by default actions.approvers"),
  approvals: z.number().int().min(1).max(5).default(1).describe("How many people must say yes"),
  role: Role.optional(),
};

const Rules = z.strictObject(rules);

/** What of an environment is about repairs; without it Gumshoe only looks. */
export const environmentActions = {
  actions: z
    .strictObject({
      approvers: z.array(Approver).min(1, "name at least one approver").describe("Who may say yes to a plan: people and user groups"),
      role: Role.optional(),
      solo: z.boolean().default(false).describe("Whether whoever has a plan made may approve it alone; each time it is said in the thread"),
      perDay: z.number().int().min(1).max(100).default(10).describe("Changes begun in 24 hours at most"),
      expiresMinutes: z.number().int().min(5).max(240).default(30).describe("For how long a plan can be approved"),
      allow: z
        .strictObject({
          "snapshot-database": Rules.optional(),
          "reboot-database": Rules.optional(),
          "restart-service": z
            .strictObject({ ...rules, units: z.array(Unit).min(1, "name at least one unit") })
            .optional()
            .describe("`units` may be restarted, and no other"),
          "switch-endpoint": z
            .strictObject({
              ...rules,
              approvals: rules.approvals.removeDefault().default(2),
              ...switchRules,
              units: z.array(Unit).min(1, "name at least one unit"),
            })
            .optional()
            .describe("Leads the application to another database; `units` begin again in this order (docs/switch.md)"),
        })
        .describe("What may be done, each with its own rules: `snapshot-database: {}`"),
    })
    .optional()
    .describe("Which repairs people may have done, and who says yes; without it Gumshoe only looks"),
};

/** The repairs that an environment allows. */
export type ActionsConfig = NonNullable<z.infer<typeof environmentActions.actions>>;

/** The id of an action that can be allowed. */
export type ActionId = keyof ActionsConfig["allow"];
