import { compileHostScript, VALUE_NAMES, type Values } from "../../runbook/host-script.ts";
import type { HostStep, Step } from "../../runbook/schema.ts";

/** An SSM document of one step, as `aws ssm create-document` takes it. */
export type SsmDocument = {
  schemaVersion: "2.2";
  description: string;
  parameters: Record<
    string,
    { type: "String"; interpolationType: "ENV_VAR"; description: string; allowedPattern: string; default?: string }
  >;
  mainSteps: [{ action: "aws:runShellScript"; name: string; inputs: { timeoutSeconds: string; runCommand: string[] } }];
};

type Name = keyof Values;

/** The document that belongs to the operator at AWS and takes any script: whoever may send it is root on the host. */
export const RUN_SHELL_SCRIPT = "AWS-RunShellScript";

/** Bytes that an SSM document may have (AWS, Systems Manager quotas). */
export const MOST_BYTES = 65_536;

/** Seconds that a script may take beyond its slowest step: starting, redacting, compressing. */
const GRACE_S = 15;

const UNIT = "[A-Za-z0-9:_.@-]";
const HOST = "[A-Za-z0-9._:/\\[\\]-]";
const WORD = "[A-Za-z0-9_.:/@ -]";

/**
 * What each value may look like. Values are environment variables on the host and never part of a command; the patterns are a second lock, which
 * SSM itself holds shut. None lets a quote, a brace, a `$` or a line end through.
 */
const PATTERNS: Readonly<Record<Name, string>> = {
  caddyLog: "^(/[A-Za-z0-9_./@%+:=,~ -]{1,400})?$",
  caddyUnit: `^${UNIT}{0,256}$`,
  gunicornUnit: `^${UNIT}{1,256}$`,
  celeryUnit: `^${UNIT}{0,256}$`,
  celeryQueue: `^${WORD}{0,200}$`,
  redisHost: `^${HOST}{0,255}$`,
  redisPort: "^[0-9]{0,5}$",
  dbHost: `^${HOST}{0,255}$`,
  dbPort: "^[0-9]{0,5}$",
  dbUser: `^${WORD}{0,63}$`,
  dbName: `^${WORD}{0,63}$`,
  probeUrl: "^(https?://[A-Za-z0-9._~:/?#@!&*+,;=%\\[\\]-]{1,2000})?$",
  appAddress: "^([A-Za-z0-9.:\\[\\]-]{1,255}:[0-9]{1,5})?$",
  siteHost: "^[A-Za-z0-9._:*\\[\\]-]{0,255}$",
};

/** What the document is called where the configuration names none. */
export function documentName(runbook: string): string {
  return `Gumshoe-Diagnose-${runbook}`;
}

/** The host steps of a runbook: all of them, whatever an environment has. */
export function hostStepsOf(steps: readonly Step[]): HostStep[] {
  return steps.filter((step): step is HostStep => step.on === "host");
}

/** Seconds after which SSM ends the script: it has ended long before, if its own limits still work. */
export function executionTimeoutS(steps: readonly HostStep[]): number {
  return Math.ceil(Math.max(0, ...steps.map((step) => step.timeoutS))) + GRACE_S;
}

/** The text of a runbook's document: a script that finds its values in `SSM_<name>`. */
export function documentScript(runbook: { id: string; steps: readonly Step[] }): string {
  return compileHostScript({ steps: hostStepsOf(runbook.steps), values: "parameters" });
}

/** The document of a runbook. The same steps give the same document; `description` alone is for people. Throws where SSM would not take it. */
export function documentOf(runbook: { id: string; steps: readonly Step[] }, description: string): SsmDocument {
  const text = documentScript(runbook);
  const timeoutS = executionTimeoutS(hostStepsOf(runbook.steps));
  return scriptDocument({ name: "look", text, patterns: PATTERNS, timeoutS }, description);
}

/** A fixed script with the patterns of its values by their names: a value that may be empty is one that may be left out. */
export type FixedScript = { name: string; text: string; patterns: Readonly<Record<string, string>>; timeoutS: number };

/** The document of one fixed script, which finds its values in `SSM_<name>`. */
export function scriptDocument({ name, text, patterns, timeoutS }: FixedScript, description: string): SsmDocument {
  if (text.includes("{{")) throw new Error(`the SSM document of ${name}: \`{{\` in its script would be taken for a parameter`);
  const parameters = Object.fromEntries(
    Object.entries(patterns).map(([value, allowedPattern]): [string, SsmDocument["parameters"][string]] => [
      value,
      {
        type: "String",
        interpolationType: "ENV_VAR",
        description: `Reaches the script as the environment variable SSM_${value}`,
        allowedPattern,
        ...(new RegExp(allowedPattern).test("") ? { default: "" } : {}),
      },
    ]),
  );
  const inputs = { timeoutSeconds: String(timeoutS), runCommand: text.trimEnd().split("\n") };
  return { schemaVersion: "2.2", description, parameters, mainSteps: [{ action: "aws:runShellScript", name, inputs }] };
}

/**
 * The document as JSON in ASCII, a line of the script a line of the file where that fits into what SSM takes; else with the script as one string, as
 * YAML's `|` gives it, and without what describes its values. Throws where nothing fits.
 */
export function textOf(document: SsmDocument): string {
  const shown = ascii(JSON.stringify(document, null, 1));
  const text = shown.length < MOST_BYTES ? `${shown}\n` : ascii(JSON.stringify(inShort(document)));
  if (text.length > MOST_BYTES) throw new Error(`the SSM document has ${text.length} bytes, and SSM takes ${MOST_BYTES}: leave steps out`);
  return text;
}

function ascii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The SSM Agent puts a line end between the strings of `runCommand`: one string with line ends is the same script, and a byte a line shorter. */
function inShort(document: SsmDocument): object {
  const [step] = document.mainSteps;
  const inputs = { ...step.inputs, runCommand: [step.inputs.runCommand.join("\n")] };
  return { ...document, parameters: undescribed(document.parameters), mainSteps: [{ ...step, inputs }] };
}

/** Parameters without the words for people. */
function undescribed(parameters: unknown): unknown {
  if (typeof parameters !== "object" || parameters === null) return parameters;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, each]) => {
      if (typeof each !== "object" || each === null || Array.isArray(each)) return [name, each];
      const { description: _, ...rest } = each as Record<string, unknown>;
      return [name, rest];
    }),
  );
}

/** Whether a registered document does what this one does: all of it is the same but the words for people and the way it is written down. */
export function doesTheSame(registered: string, document: SsmDocument): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(registered, linesApart);
  } catch {
    return false;
  }
  return isDeepEqual(wordless(parsed as object), wordless(document));
}

function wordless(document: object): object {
  const { parameters } = (document ?? {}) as { parameters?: unknown };
  return { ...document, description: "", parameters: undescribed(parameters) };
}

/** A script line by line, however its strings were cut. */
function linesApart(key: string, value: unknown): unknown {
  if (key !== "runCommand" || !Array.isArray(value) || !value.every((each) => typeof each === "string")) return value;
  return value.join("\n").split("\n");
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first value that the document would not let through. */
export function badValue(values: Values): Name | undefined {
  return VALUE_NAMES.find((name) => values[name] !== undefined && !new RegExp(PATTERNS[name]).test(values[name]));
}
