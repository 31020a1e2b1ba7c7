import { readFileSync } from "node:fs";

/** What the configuration may say to host steps, by the name that a step's `needs` lists; each reaches the step as an environment variable. */
const VARIABLES = {
  caddyLog: "CADDY_LOG",
  caddyUnit: "CADDY_UNIT",
  gunicornUnit: "GUNICORN_UNIT",
  celeryUnit: "CELERY_UNIT",
  celeryQueue: "CELERY_QUEUE",
  redisHost: "REDIS_HOST",
  redisPort: "REDIS_PORT",
  dbHost: "DB_HOST",
  dbPort: "DB_PORT",
  dbUser: "DB_USER",
  dbName: "DB_NAME",
  probeUrl: "PROBE_URL",
  appAddress: "APP_ADDRESS",
  siteHost: "SITE_HOST",
} as const;

/** Values by name; one that is not there is not set on the host either, even where the host's own environment has such a variable. */
export type Values = Partial<Record<keyof typeof VARIABLES, string>>;

/** What the script needs of a reviewed step; `outputChars` are bytes on the host. */
type Look = {
  id: string;
  run: string;
  timeoutS: number;
  outputChars: number;
  keep: "newest" | "oldest" | "all";
  needs?: readonly string[] | undefined;
  part?: string | undefined;
};

/** Characters that AWS returns of a command's output (SSM GetCommandInvocation; the rest is lost). */
const LIMIT_CHARS = 24_000;

/** Below this the frames of some forty steps would not fit even without any text in them. */
const LEAST_CHARS = 4_000;

/** Seconds after the longest limit at which a step that does not end is given up: 1 until SIGKILL, 2 for what comes after it. */
const GRACE_S = 3;

const part = (name: string): string => readFileSync(new URL(`../../runbooks/${name}`, import.meta.url), "utf8");
const SCRIPT = part("host-script.sh");
const REDACT = part("redact.sed");

/**
 * One script for one host: all steps side by side, each with its own limits, the output framed, redacted and compressed within `limitChars`
 * (default 24,000, SSM). The same input gives the same script, byte for byte. `readFrames` reads what it prints. With `parameters` in place of
 * values it is the text of an SSM document: it finds its values in `SSM_<name>` and leaves steps out whose values are empty. Throws where a
 * step cannot be shipped as it is: an id that is no plain word, NUL in its text, a limit that is no number.
 */
export function compileHostScript(input: { steps: readonly Look[]; values: Values | "parameters"; limitChars?: number }): string {
  const { steps, values, limitChars = LIMIT_CHARS } = input;
  for (const step of steps) refuseBad(step);
  if (new Set(steps.map((step) => step.id)).size < steps.length) throw new Error("compiling the host script: a step is there twice");
  if (!(Number.isInteger(limitChars) && limitChars >= LEAST_CHARS))
    throw new Error(`compiling the host script: at least ${LEAST_CHARS} characters are needed`);
  // The slowest start first: starting forty steps takes a moment, which then costs nothing.
  const started = steps.toSorted((a, b) => b.timeoutS - a.timeoutS);
  const asParameters = values === "parameters";
  const parts: Record<string, string> = {
    settings: asParameters ? parameterSettingsOf(steps, limitChars) : settingsOf(steps, values, limitChars),
    looks: started.map((step) => (asParameters ? lookIfWanted(step) : lookOf(step))).join(""),
    redact: REDACT.trimEnd(),
  };
  return SCRIPT.replace(/^#:(settings|looks|redact)$/gm, (_, name: string) => parts[name] ?? "");
}

function refuseBad(step: Look): void {
  const because = !/^[a-z][a-z0-9-]{0,60}$/.test(step.id)
    ? "its id is no plain word"
    : step.run.includes("\0")
      ? "its text has a NUL in it"
      : !(step.timeoutS > 0 && Number.isInteger(step.outputChars) && step.outputChars > 0)
        ? "its limits are no positive numbers"
        : undefined;
  if (because) throw new Error(`compiling the host script: step ${JSON.stringify(step.id)}: ${because}`);
}

/** The names of values, in their order; each is a parameter of the SSM document. */
export const VALUE_NAMES = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];

/** The value without which a step of a part of the environment is left out, beside those that it names itself. */
const NEEDED_BY_PART: Readonly<Record<string, readonly (keyof Values)[]>> = { celery: ["celeryUnit"] };

function deadlineOf(steps: readonly Look[]): number {
  return Math.ceil(Math.max(0, ...steps.map((step) => step.timeoutS))) + GRACE_S;
}

/** Settings of a script whose values come with the SSM command, where `interpolationType: ENV_VAR` puts them into `SSM_<name>`. */
function parameterSettingsOf(steps: readonly Look[], limitChars: number): string {
  const wants = steps.map((step) => {
    const names = [...(step.needs ?? []), ...(NEEDED_BY_PART[step.part ?? ""] ?? [])] as (keyof typeof VARIABLES)[];
    const all = names.map((name) => `"\${${VARIABLES[name]}:-}"`).join(" ");
    return `  want ${step.id}:${step.outputChars}:${step.keep} ${all}`.trimEnd();
  });
  return [
    "settings() {",
    `  limit=${limitChars} deadline=${deadlineOf(steps)} order=''`,
    "  # An SSM Agent before 3.3.2746 would put values into the text of the script; this text has no place for them.",
    '  [ -n "${SSM_gunicornUnit:-}" ] || fail "the SSM Agent is too old: 3.3.2746 or newer hands values over as environment variables"',
    `  unset ${Object.values(VARIABLES).join(" ")}`,
    ...Object.entries(VARIABLES).map(([name, variable]) => `  [ -z "\${SSM_${name}:-}" ] || export ${variable}="$SSM_${name}"`),
    ...wants,
    "}",
    "",
    "# want ID:CHARACTERS:KEEP VALUES: the step is in the order of steps where none of its values is empty.",
    "want() {",
    "  wanted=$1",
    "  shift",
    '  for value in "$@"; do [ -n "$value" ] || return 0; done',
    '  order="$order $wanted"',
    "}",
  ].join("\n");
}

function lookIfWanted(step: Look): string {
  return `  case " $order " in *" ${step.id}:"*)\n${lookOf(step)}  ;; esac\n`;
}

function settingsOf(steps: readonly Look[], values: Values, limitChars: number): string {
  const entries = Object.entries(VARIABLES).flatMap(([name, variable]) => {
    const value = values[name as keyof Values];
    return value === undefined ? [] : [[variable, value] as const];
  });
  const known = Object.keys(values).find((name) => !(name in VARIABLES));
  if (known !== undefined) throw new Error(`compiling the host script: no step knows a value called ${JSON.stringify(known)}`);
  return [
    "settings() {",
    `  limit=${limitChars} deadline=${deadlineOf(steps)}`,
    `  order='${steps.map((step) => `${step.id}:${step.outputChars}:${step.keep}`).join(" ")}'`,
    `  unset ${Object.values(VARIABLES).join(" ")}`,
    ...entries.map(([variable, value]) => `  export ${variable}=${quoted(variable, value)}`),
    "}",
  ].join("\n");
}

/** A word of the shell that is the value and nothing else: within single quotes nothing is special but the quote itself. */
function quoted(variable: string, value: string): string {
  if (value.includes("\0")) throw new Error(`compiling the host script: ${variable} has a NUL in it`);
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A step's text in a quoted here-document, which the shell does not look into; its last line is one that the text does not have. */
function lookOf(step: Look): string {
  const lines = new Set(step.run.split("\n"));
  let end = `#end of ${step.id}`;
  while (lines.has(end)) end += "+";
  const text = step.run.endsWith("\n") ? step.run : `${step.run}\n`;
  return `  look ${step.id} ${step.timeoutS} ${step.outputChars} ${step.keep} <<'${end}' &\n${text}${end}\n  pids="$pids ${step.id}:$!"\n`;
}
