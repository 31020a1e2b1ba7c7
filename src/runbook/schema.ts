import { z } from "zod";

const Id = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "an id is lower case words joined by hyphens, such as db-disk-saturated")
  .describe("Lower case words joined by hyphens");
const Said = z.strictObject({ en: z.string().min(1), ko: z.string().min(1) }).describe("The same sentence in English and Korean");
const Expression = z.string().min(1).describe("A condition over facts, such as `gunicornJournal.workerTimeouts >= 1`");

/** A condition over every host: a bare expression, or one with how many hosts it must hold on. */
const Condition = z
  .union([
    Expression,
    z.strictObject({ any: Expression }),
    z.strictObject({ all: Expression }),
    z.strictObject({ atLeast: z.number().int().min(1), of: Expression }),
  ])
  .describe("Bare: on any host (`confirmed`, `suspected`, `when`), on all hosts (`ruled_out`)");

const Part = z.enum(["caddy", "gunicorn", "celery", "database"]);
const common = {
  id: Id,
  title: Said,
  parser: z.string().describe("The parser that reads the output"),
  timeoutS: z.number().positive().max(60).describe("Seconds until the step is given up"),
  outputChars: z.number().int().positive().max(1_000_000).describe("Characters kept at most, before compression"),
  part: Part.optional().describe("The part of the environment that it looks at; left out where the environment has no such part"),
};

const HostStep = z.strictObject({
  ...common,
  on: z.literal("host").describe("Reviewed, fixed shell text that runs on each host"),
  keep: z.enum(["newest", "oldest", "all"]).default("newest").describe("Which end survives a cut"),
  needs: z.array(z.string()).default([]).describe("Values of the configuration without which the step is left out"),
  run: z.string().min(1).describe("POSIX shell; values arrive as environment variables only"),
});
const MetricStep = z.strictObject({
  ...common,
  on: z.literal("metrics").describe("A query of the cloud's metrics"),
  series: z.array(z.string().regex(/^(lightsail-database|lightsail-instance|rds|ec2)\.[A-Za-z]+$/)).min(1),
});
const DatabaseStep = z.strictObject({
  ...common,
  on: z.literal("database").describe("A read-only query, or the server's log"),
  query: z
    .string()
    .optional()
    .describe("SQL, sent with a statement time-out in a read-only transaction; without it the step is read from recordings only"),
  samples: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(1)
    .describe("How often the query is asked, two seconds apart; rows seen at any time are kept, each once"),
});

/** One read-only look. */
export const Step = z.discriminatedUnion("on", [HostStep, MetricStep, DatabaseStep]);
/** A library of steps (`steps.yml`). */
export const StepsFile = z.strictObject({ steps: z.array(Step).min(1) });

const Symptom = z.strictObject({
  id: Id,
  title: Said,
  when: Condition,
  visible: z.boolean().default(false).describe("Whether users of the application notice it: then there is an incident"),
  leads_to: z.array(Id).default([]),
});

const Cause = z.strictObject({
  id: Id,
  title: Said,
  say: Said.describe(
    "What to tell people when this is the root cause; `{namespace.fact}` is filled in, `{one.fact|other.fact}` with the first that is known",
  ),
  confirmed: Condition,
  suspected: Condition.optional(),
  ruled_out: Condition,
  since: Expression.optional().describe("A time fact: the first sign of this cause, which must not come after its effect"),
  leads_to: z.array(Id).default([]),
  actions: z.array(Id).default([]).describe("The repairs to offer"),
  advice: Said.describe("What a person can do now"),
});

/** A part of the library of definitions, symptoms and causes (`causes*.yml`). */
export const CausesFile = z.strictObject({
  definitions: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), Expression).default({}),
  actions: z.array(z.strictObject({ id: Id, title: Said })).default([]),
  symptoms: z.array(Symptom).default([]),
  causes: z.array(Cause).default([]),
});

/** One runbook (`runbooks/*.yml`): which alarms it answers, what it looks at, what it can conclude. */
export const RunbookFile = z.strictObject({
  id: Id,
  title: Said,
  symptom: Said.describe("What people notice"),
  alarms: z
    .array(z.strictObject({ metric: z.string(), namespace: z.string().optional() }))
    .default([])
    .describe("The alarms it answers"),
  steps: z.array(z.strictObject({ id: Id, required: z.boolean().default(false) })).min(1),
  causes: z.array(Id).min(1),
});

export type Said = z.infer<typeof Said>;
export type ConditionSource = z.infer<typeof Condition>;
export type Step = z.infer<typeof Step>;
export type HostStep = z.infer<typeof HostStep>;
export type CausesFile = z.infer<typeof CausesFile>;
export type RunbookFile = z.infer<typeof RunbookFile>;

/** The JSON schemas of the three kinds of file, for editors, by file name. */
export function jsonSchemas(): Record<string, unknown> {
  const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
  return {
    "steps.schema.json": schemaOf(StepsFile),
    "causes.schema.json": schemaOf(CausesFile),
    "runbook.schema.json": schemaOf(RunbookFile),
  };
}
