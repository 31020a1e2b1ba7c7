import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { AwsError } from "../../aws-error.ts";

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const Parameter = z.object({
  type: z.enum(["String", "StringList", "Boolean", "Integer", "MapList", "StringMap"]),
  description: z.string().optional(),
  default: z.union([Text, z.array(Text)]).optional(),
  allowedPattern: z.string().optional(),
  allowedValues: z.array(Text).optional(),
  minChars: z.number().optional(),
  maxChars: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  /** `ENV_VAR`: the value reaches the script as `SSM_<name>` and is put into no text. */
  interpolationType: z.literal("ENV_VAR").optional(),
});

const Inputs = z.object({
  runCommand: z.union([z.string(), z.array(z.string())]).optional(),
  workingDirectory: z.string().optional(),
  timeoutSeconds: Text.optional(),
  onFailure: z.enum(["exit", "successAndExit"]).optional(),
});

const Precondition = z.object({ StringEquals: z.array(z.string()).length(2) });
const Step = z.object({ action: z.string(), name: z.string(), precondition: Precondition.optional(), inputs: Inputs.default({}) });

const Newer = z.object({
  schemaVersion: z.enum(["2.0", "2.2"]),
  description: z.string().optional(),
  parameters: z.record(z.string(), Parameter).default({}),
  mainSteps: z.array(Step).min(1),
});

const Older = z.object({
  schemaVersion: z.literal("1.2"),
  description: z.string().optional(),
  parameters: z.record(z.string(), Parameter).default({}),
  runtimeConfig: z.record(z.string(), z.object({ properties: z.array(Inputs).min(1) })),
});

const Any = z.discriminatedUnion("schemaVersion", [Newer, Older]);

/** One parameter of a document. */
export type Parameter = z.infer<typeof Parameter>;

/** One step of a document; in schema 1.2 a step is named by its plugin. */
export type Step = z.infer<typeof Step>;

/** A Command document as it can be run, whichever schema it is written in. */
export type Content = { schemaVersion: string; description: string; parameters: Record<string, Parameter>; steps: Step[] };

/** Read a document's text; what is wrong with it is refused with the reason, as CreateDocument refuses it. */
export function readContent(text: string, format: string): Content {
  let read: unknown;
  try {
    read = format === "YAML" ? parseYaml(text) : JSON.parse(text);
  } catch (error) {
    throw new AwsError("InvalidDocumentContent", `${format} not well-formed. ${(error as Error).message}`);
  }
  const version = (read as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version !== "string" || !["1.2", "2.0", "2.2"].includes(version)) {
    throw new AwsError("InvalidDocumentSchemaVersion", `The schema version ${String(version)} of the document isn't supported.`);
  }
  const parsed = Any.safeParse(read);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AwsError("InvalidDocumentContent", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
  }
  const { schemaVersion, description = "", parameters } = parsed.data;
  const steps = "mainSteps" in parsed.data ? parsed.data.mainSteps : olderSteps(parsed.data);
  checkNames(steps);
  checkEnvVars(parameters, schemaVersion);
  return { schemaVersion, description, parameters, steps };
}

function olderSteps({ runtimeConfig }: z.infer<typeof Older>): Step[] {
  return Object.entries(runtimeConfig).flatMap(([action, { properties }]) =>
    properties.map((inputs) => ({ action, name: action, inputs })),
  );
}

function checkNames(steps: readonly Step[]): void {
  const names = steps.map((step) => step.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new AwsError("InvalidDocumentContent", `The step name ${twice} is used more than once.`);
}

function checkEnvVars(parameters: Record<string, Parameter>, schemaVersion: string): void {
  for (const [name, { type, interpolationType }] of Object.entries(parameters)) {
    if (interpolationType === undefined || (type === "String" && schemaVersion === "2.2")) continue;
    throw new AwsError("InvalidDocumentContent", `interpolationType ENV_VAR of ${name} needs type String and schema version 2.2.`);
  }
}
