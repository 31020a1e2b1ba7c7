import { z } from "zod";
import { Copy } from "./copy-config.ts";
import { loginRules } from "./login-config.ts";
import { lineRules, switchRules } from "./switch-config.ts";

const Approver = z.string().regex(/^[UWS][A-Z0-9]{2,}$/, "the id of a Slack user (U…) or user group (S…)");
const Role = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "a role's ARN, such as arn:aws:iam::123456789012:role/gumshoe-repair")
  .describe("The role that is assumed for one approved plan, and for nothing else");
const Unit = z.string().regex(/^[A-Za-z0-9:_.@-]+$/, "a systemd unit's name, such as gunicorn or gunicorn.service");
const Units = z.array(Unit).min(1, "name at least one unit");
const Named = z.string().regex(/^[A-Za-z][A-Za-z0-9.-]{0,254}$/, "the name of a parameter group at RDS, such as default.postgres15");
const SubnetGroup = z.string().regex(/^[A-Za-z0-9 ._-]{1,255}$/, "the name of a subnet group at RDS");
const SecurityGroup = z.string().regex(/^sg-[0-9a-f]{8,17}$/, "the id of a security group (sg-…)");

/** The classes that a database can be made on at RDS, the smallest first. */
export const RDS_CLASSES = ["db.t4g.micro", "db.t4g.small", "db.t4g.medium", "db.t4g.large", "db.m7g.large", "db.r7g.large"] as const;

const rules = {
  approvers: z.array(Approver).min(1, "name at least one approver").optional().describe("Who may say yes; by default actions.approvers"),
  approvals: z.number().int().min(1).max(5).default(1).describe("How many people must say yes"),
  role: Role.optional(),
};

/** What can part data from its application takes two people. */
const BY_TWO = { approvals: rules.approvals.removeDefault().default(2) };

const Rules = z.strictObject(rules);

/** By what it is proven that a repair has mended something: these numbers have stayed good for so long. A number at its bound is not good. */
const Proof = z
  .strictObject({
    goodMinutes: z.number().int().min(1).max(240).default(10).describe("For how long the numbers must have stayed good"),
    withinMinutes: z.number().int().min(1).max(480).default(30).describe("After so long without that, it is said that nothing is proven"),
    queueBelow: z.number().positive().max(1_000_000).default(0.5).describe("Requests that wait for the database's disk, on average"),
    connectBelowMs: z.number().positive().max(600_000).default(1_000).describe("The slowest connect to the database"),
    failuresBelow: z.number().positive().max(1).default(0.01).describe("The share of requests that fail: 0.01 is one in a hundred"),
  })
  .refine(({ goodMinutes, withinMinutes }) => withinMinutes >= goodMinutes, "withinMinutes must not be less than goodMinutes");

/** What of an environment is about repairs; without it Gumshoe only looks. */
export const environmentActions = {
  actions: z
    .strictObject({
      approvers: z.array(Approver).min(1, "name at least one approver").describe("Who may say yes to a plan: people and user groups"),
      role: Role.optional(),
      solo: z.boolean().default(false).describe("Whether whoever has a plan made may approve it alone; each time it is said in the thread"),
      perDay: z.number().int().min(1).max(100).default(10).describe("Changes begun in 24 hours at most"),
      expiresMinutes: z.number().int().min(5).max(240).default(30).describe("For how long a plan can be approved"),
      copy: Copy.optional(),
      proof: Proof.prefault({}).describe("What must stay good after a repair, and for how long, before its incident is closed"),
      allow: z
        .strictObject({
          "snapshot-database": Rules.optional(),
          "reboot-database": Rules.optional(),
          "restore-to-ha": Rules.optional().describe("A Lightsail database beside the present one, on a high-availability plan"),
          "move-rds-to-gp3": z
            .strictObject({ ...rules, how: z.enum(["in-place", "restore"]).default("in-place") })
            .optional()
            .describe("gp3 for an RDS instance: in place, or beside it from the incident's snapshot"),
          "create-rds-gp3": z
            .strictObject({
              ...rules,
              subnetGroup: SubnetGroup,
              securityGroups: z.array(SecurityGroup).min(1, "name at least one security group").max(5),
              class: z.enum(RDS_CLASSES).optional(),
              parameterGroup: Named.optional(),
            })
            .optional()
            .describe("An RDS instance on gp3 for a Lightsail database; `class` is by default the smallest with as much memory"),
          "restart-service": z
            .strictObject({ ...rules, units: Units })
            .optional()
            .describe("`units` may be restarted, and no other"),
          "end-blocking-session": z
            .strictObject({ ...rules, ...loginRules })
            .optional()
            .describe("Ends the database session that others wait for, from a host, by a login that may"),
          "create-index": z
            .strictObject({ ...rules, ...loginRules })
            .optional()
            .describe("Makes an index that people name while writes go on, from a host, by a login that owns the table"),
          "create-dashboard": z
            .strictObject({
              ...rules,
              queueAbove: z.number().positive().default(5).describe("Requests that wait for the disk, on average"),
              latencyMsAbove: z.number().positive().default(100).describe("Milliseconds of a read or write, at RDS"),
              cpuAbove: z.number().positive().max(100).default(90).describe("Percent"),
              freeGibBelow: z.number().positive().default(2),
              connectionsAbove: z.number().int().positive().optional().describe("Without it no alarm is made on connections"),
            })
            .optional()
            .describe("A CloudWatch dashboard and alarms on what tells of incidents; a number is where an alarm fires"),
          "rehearse-copy": Rules.optional().describe(
            "Copies a database from the incident's snapshot to the new one, measures it, and leaves no trace there; needs `copy`",
          ),
          "move-database": z
            .strictObject({ ...rules, ...BY_TWO, ...lineRules, units: Units })
            .optional()
            .describe("Copies the database for good, and leads the application to it, in one go; needs `copy` (docs/switch.md)"),
          "switch-endpoint": z
            .strictObject({ ...rules, ...BY_TWO, ...switchRules, units: Units })
            .optional()
            .describe("Leads the application to another database; `units` begin again in this order (docs/switch.md)"),
        })
        .describe("What may be done, each with its own rules: `snapshot-database: {}`"),
    })
    .refine(({ copy, allow }) => copy !== undefined || !(allow["rehearse-copy"] || allow["move-database"]), {
      path: ["copy"],
      message: "rehearse-copy and move-database need it: the host that copies, and where it finds the logins (docs/configuration.md)",
    })
    .refine(({ copy, allow }) => copy?.reader !== undefined || !copy || !allow["rehearse-copy"], {
      path: ["copy"],
      message:
        "rehearse-copy needs `reader`: Lightsail gives the administrator of a database from a snapshot a new password, and nobody else (docs/copy.md)",
    })
    .optional()
    .describe("Which repairs people may have done, and who says yes; without it Gumshoe only looks"),
};

/** The repairs that an environment allows. */
export type ActionsConfig = NonNullable<z.infer<typeof environmentActions.actions>>;

/** What must stay good after a repair, and for how long. */
export type ProofConfig = ActionsConfig["proof"];

/** The id of an action that can be allowed. */
export type ActionId = keyof ActionsConfig["allow"];
