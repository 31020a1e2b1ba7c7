import { z } from "zod";

const Region = z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "a region's id, such as ap-northeast-2");
const Account = z.string().regex(/^\d{12}$/, 'an account\'s number in quotes, such as "123456789012"');
const Pattern = z.string().min(1).max(255).describe("An alarm's name; * stands for any letters");

/** Which alarms are an environment's. An alarm must be of the account and region, where these are given; then a value names it, else its name. */
const AlarmMatch = z
  .strictObject({
    account: Account.optional(),
    region: Region.optional(),
    values: z
      .array(z.string().min(1))
      .default([])
      .describe("Values of dimensions, such as the database's or the instance's name; those of `metrics` belong to it anyway"),
    names: z.array(Pattern).default([]).describe("Names of alarms, such as prod-*"),
  })
  .describe("Which alarms are this environment's");

const Threshold = z.strictObject({
  source: z.enum(["database", "instance"]).describe("Whose metric: of metrics.lightsailDatabase or metrics.lightsailInstance"),
  metric: z.string().regex(/^[A-Za-z_]+$/, "a Lightsail metric, such as DiskQueueDepth"),
  statistic: z.enum(["Average", "Maximum", "Minimum", "Sum"]).default("Average"),
  above: z.number().optional(),
  below: z.number().optional(),
  minutes: z.number().int().min(1).max(60).default(3).describe("For how many minutes, one after the other"),
});

/** What Lightsail's metrics are held against each minute, since its alarms reach nobody but a mailbox. */
const Watch = z.strictObject({
  thresholds: z.array(Threshold).default([]),
  alarms: z.boolean().default(true).describe("Also heed the states of the alarms that are set in Lightsail itself"),
  bridge: z
    .string()
    .regex(/^(?!AWS\/)[A-Za-z0-9._/#:-]{1,255}$/, "a CloudWatch namespace that does not begin with AWS/, such as Gumshoe/Lightsail")
    .optional()
    .describe("Copy the metrics into this CloudWatch namespace, for alarms and dashboards there"),
});

const Check = z.strictObject({
  cron: z.string().min(1).describe("When, as cron writes it, such as */15 * * * *; in the environment's time zone"),
  runbook: z.string().optional().describe("By which runbook; by default the environment's"),
});

const OnCall = z.strictObject({
  call: z.string().regex(/^[US][A-Z0-9]{2,}$/, "the id of a Slack user (U…) or user group (S…)"),
  from: z.enum(["critical", "warning"]).default("critical").describe("From which severity on"),
});

/** What of an environment is about alarms; all of it can be left out. */
export const environmentAlarms = {
  alarms: AlarmMatch.optional(),
  severity: z.enum(["critical", "warning"]).default("critical").describe("How bad its alarms are taken to be"),
  onCall: OnCall.optional().describe("Who is called, once an incident"),
  watch: Watch.optional().describe("What is watched at Lightsail; needs metrics.lightsailDatabase or metrics.lightsailInstance"),
  checks: z.array(Check).default([]).describe("Looks by a schedule; one that does not find all well opens an incident"),
  windowMinutes: z
    .number()
    .int()
    .min(5)
    .max(1440)
    .default(60)
    .describe("An alarm joins an incident that was heard of, or ended, this recently"),
};

/** Where alarms come from. */
export const Intake = z.strictObject({
  queues: z
    .array(
      z.strictObject({
        url: z.url().describe("The SQS queue's address"),
        region: Region,
        role: z
          .string()
          .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/)
          .optional(),
      }),
    )
    .default([])
    .describe("SQS queues that EventBridge or SNS fill"),
  sns: z
    .strictObject({
      address: z.string().regex(/^[A-Za-z0-9.\-[\]:]+:\d{1,5}$/, "host:port, such as 127.0.0.1:8322"),
      path: z.string().startsWith("/").default("/sns"),
      topics: z.array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:.+$/, "a topic's ARN")).min(1),
    })
    .optional()
    .describe("Takes SNS over HTTPS, behind a proxy that ends TLS"),
});

/** Where it is written down what happened. */
export const StoreConfig = z.strictObject({
  folder: z.string().min(1).default("./gumshoe-data").describe("The built-in PostgreSQL's folder; DATABASE_URL takes its place"),
  keepDays: z.number().int().min(1).max(3650).default(400).describe("How long ended incidents are kept; raw evidence 30 days at most"),
});
