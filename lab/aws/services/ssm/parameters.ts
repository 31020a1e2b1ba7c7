import { AwsError } from "../../aws-error.ts";
import type { Content, Parameter, Step } from "./content.ts";

/** A document's parameters with their values: a list for StringList, one text for all others. */
export type Values = Record<string, string | string[]>;

/** A step as a node runs it. `timeoutS` is the execution time-out. */
export type Script = { script: string; env: Record<string, string>; timeoutS: number };

/** The first agent that sets `SSM_<name>` for ENV_VAR parameters; older ones put the value into the text. */
const ENV_VAR_SINCE = [3, 3, 2746, 0];

/** Execution time-outs outside 5..172800 s are silently 3600 s, as the agent has it. */
const [SHORTEST_S, LONGEST_S, DEFAULT_S] = [5, 172_800, 3600];

/** The values that a command runs with: what was given, checked against the document, and the document's defaults. */
export function valuesOf(content: Content, given: Record<string, string[]>, document: string): Values {
  const unknown = Object.keys(given).filter((name) => !(name in content.parameters));
  if (unknown.length > 0) throw wrong(`Parameters [${unknown.join(", ")}] are not defined in the document ${document}.`);
  const values: Values = {};
  for (const [name, parameter] of Object.entries(content.parameters)) {
    const value = given[name] ?? (parameter.default === undefined ? undefined : [parameter.default].flat());
    if (value === undefined) throw wrong(`Document ${document} requires parameter ${name}.`);
    if (given[name]) check(name, parameter, value);
    values[name] = parameter.type === "StringList" ? value : (value[0] ?? "");
  }
  return values;
}

const wrong = (message: string) => new AwsError("InvalidParameters", message);

function check(name: string, parameter: Parameter, values: readonly string[]): void {
  const { type, allowedPattern, allowedValues, minChars = 0, maxChars = Infinity, minItems = 0, maxItems = Infinity } = parameter;
  if (type !== "StringList" && values.length !== 1) throw wrong(`Parameter ${name} of type ${type} takes exactly one value.`);
  if (values.length < minItems || values.length > maxItems) throw wrong(`Parameter ${name} has a wrong number of values.`);
  for (const value of values) {
    if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`, "s").test(value)) {
      throw wrong(`Parameter ${name} does not match the allowed pattern ${allowedPattern}.`);
    }
    if (allowedValues && !allowedValues.includes(value)) throw wrong(`Parameter ${name} must be one of [${allowedValues.join(", ")}].`);
    if (value.length < minChars || value.length > maxChars) throw wrong(`Parameter ${name} is too short or too long.`);
    if (type === "Boolean" && !/^(true|false)$/.test(value)) throw wrong(`Parameter ${name} must be true or false.`);
    if (type === "Integer" && !/^-?\d+$/.test(value)) throw wrong(`Parameter ${name} must be an integer.`);
  }
}

/** The script of a step for an agent of some version: values in its text, or in its environment where the document says ENV_VAR. */
export function scriptOf({ inputs }: Step, values: Values, parameters: Content["parameters"], agentVersion: string): Script {
  const byEnvironment = (name: string) => parameters[name]?.interpolationType === "ENV_VAR" && hasEnvVars(agentVersion);
  const filled = (text: string) =>
    text.replace(/\{\{ *([\w.-]+) *\}\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined || byEnvironment(name) ? whole : typeof value === "string" ? value : JSON.stringify(value);
    });
  const lines = [inputs.runCommand ?? []].flat().flatMap((line) => {
    const list = values[/^\{\{ *([\w.-]+) *\}\}$/.exec(line.trim())?.[1] ?? ""];
    return Array.isArray(list) ? list : [filled(line)];
  });
  const directory = filled(inputs.workingDirectory ?? "");
  const change = directory === "" ? [] : [`cd '${directory.replaceAll("'", `'\\''`)}' || exit 1`];
  const env = Object.entries(values).filter(([name]) => byEnvironment(name));
  return {
    script: [...change, ...lines].join("\n") + "\n",
    env: Object.fromEntries(env.map(([name, value]) => [`SSM_${name}`, String(value)])),
    timeoutS: timeoutOf(filled(inputs.timeoutSeconds ?? "")),
  };
}

function timeoutOf(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : DEFAULT_S;
  return seconds >= SHORTEST_S && seconds <= LONGEST_S ? seconds : DEFAULT_S;
}

function hasEnvVars(agentVersion: string): boolean {
  const parts = agentVersion.split(".").map(Number);
  const differs = ENV_VAR_SINCE.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return differs === -1 || (parts[differs] ?? 0) > ENV_VAR_SINCE[differs]!;
}
