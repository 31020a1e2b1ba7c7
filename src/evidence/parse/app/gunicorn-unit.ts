import type { FactSpecs, FactValue } from "../../../runbook/facts.ts";
import { endsWhole, type Parsed, type Parser } from "../../parser.ts";
import { textLines } from "../text/journal.ts";

const FACTS = {
  timeoutS: { kind: "number", unit: "s", doc: "--timeout; missing where the command does not say it (gunicorn's default is 30)" },
  workers: { kind: "number", doc: "--workers" },
  threads: { kind: "number", doc: "--threads" },
  workerClass: { kind: "text", doc: "--worker-class" },
  bindHost: { kind: "text", doc: "host of the first --bind to TCP" },
  bindPort: { kind: "number", doc: "port of the first --bind to TCP" },
  bindUnix: { kind: "flag", doc: "a --bind to a Unix socket or to an inherited one (fd://)" },
  tls: { kind: "flag", doc: "--certfile: gunicorn speaks TLS itself" },
  configFile: { kind: "text", doc: "--config: what the command does not say may stand there" },
  memoryMaxBytes: { kind: "number", unit: "bytes", doc: "MemoryMax= or MemoryLimit=, where it is an amount" },
  restartPolicy: { kind: "text", doc: "Restart=" },
  command: { kind: "text", doc: "the ExecStart= command without values of variables and passwords, at most 200 characters" },
} as const satisfies FactSpecs;

/** A unit file of gunicorn (`systemctl cat` or the file; drop-ins below the file win). Arguments count as far as they stand after gunicorn's name. */
export const gunicornUnit: Parser = { facts: FACTS, parse };

function parse(text: string): Parsed | undefined {
  const settings = settingsOf(text);
  const command = settings.get("ExecStart");
  if (!settings.has("[Service]") && command === undefined) return undefined;
  const whole = endsWhole(text) && command !== undefined;
  const memory = bytesOf(settings.get("MemoryMax") ?? settings.get("MemoryLimit"));
  const restart = settings.get("Restart");
  const fromEnvironment = /GUNICORN_CMD_ARGS=([^"'\n]{1,2000})/.exec(settings.get("Environment") ?? "")?.[1] ?? "";
  const facts = {
    ...(command !== undefined && argumentFacts([...wordsOf(fromEnvironment), ...ownWords(wordsOf(command))])),
    ...(memory !== undefined && { memoryMaxBytes: memory }),
    ...(restart !== undefined && { restartPolicy: restart }),
    ...(command !== undefined && { command: withoutSecrets(command) }),
  };
  return { facts, whole };
}

/** Settings by name, the last one that is not empty; `Environment` lines are joined, sections stand as `[Service]`. */
function settingsOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const joined = textLines(text)
    .slice(0, 5_000)
    .join("\n")
    .replace(/\\\n\s{0,200}/g, " ");
  for (const line of joined.split("\n")) {
    const section = /^\[(\w{1,40})\]$/.exec(line.trim());
    if (section) found.set(`[${section[1]}]`, "");
    const m = /^([A-Z]\w{1,60})=[-@:+!]{0,3}(.*)$/.exec(line.trim());
    const [name, value] = [m?.[1] ?? "", m?.[2]?.trim() ?? ""];
    if (m && value !== "") found.set(name, name === "Environment" ? `${found.get(name) ?? ""} ${value}`.trim() : value);
  }
  return found;
}

function wordsOf(command: string): string[] {
  const words = command.slice(0, 8_000).match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  return words.map((word) => word.replace(/^["']|["']$/g, ""));
}

/** The words after gunicorn's name; all of them where the name is not there (a wrapper script). */
function ownWords(words: readonly string[]): string[] {
  const name = words.findIndex((word) => /(?:^|\/)gunicorn\d?$/.test(word));
  return words.slice(name + 1);
}

const LETTERS: Readonly<Record<string, string>> = { t: "timeout", w: "workers", k: "worker-class", b: "bind", c: "config" };

/** Options as `--name value`, `--name=value`, `-n value` and `-nvalue`; of one given twice the last counts, as in gunicorn, but for binds. */
function optionsOf(words: readonly string[]): { options: Map<string, string>; binds: string[] } {
  const options = new Map<string, string>();
  const binds: string[] = [];
  words.forEach((word, index) => {
    const m = /^--([a-z-]{2,40})(?:=(.*))?$/.exec(word) ?? /^-([twkbc])(.+)?$/.exec(word);
    if (!m) return;
    const name = LETTERS[m[1] ?? ""] ?? m[1] ?? "";
    const value = (m[2] ?? words[index + 1] ?? "").replace(/^=/, "");
    options.set(name, value);
    if (name === "bind") binds.push(value);
  });
  return { options, binds };
}

function argumentFacts(words: readonly string[]): Record<string, FactValue> {
  const { options, binds } = optionsOf(words);
  const tcp = binds.map((bind) => /^(?:tcp:\/\/)?(\[[\da-f:]{2,40}\]|[^:/\s]{0,255}):(\d{1,5})$/i.exec(bind)).find((m) => m !== null);
  const [workerClass, configFile] = [options.get("worker-class"), options.get("config")];
  return {
    ...wholeNumber("timeoutS", options.get("timeout")),
    ...wholeNumber("workers", options.get("workers")),
    ...wholeNumber("threads", options.get("threads")),
    ...(workerClass && { workerClass: workerClass.slice(0, 80) }),
    ...(tcp && { bindHost: tcp[1] === "" ? "0.0.0.0" : (tcp[1] ?? ""), bindPort: Number(tcp[2]) }),
    ...(binds.length > 0 && { bindUnix: binds.some((bind) => /^(?:unix:|fd:\/\/|\/)/.test(bind)) }),
    tls: options.has("certfile"),
    ...(configFile && { configFile: configFile.slice(0, 200) }),
  };
}

function wholeNumber(name: string, text: string | undefined): Record<string, number> {
  return text !== undefined && /^\d{1,9}$/.test(text) ? { [name]: Number(text) } : {};
}

function bytesOf(text: string | undefined): number | undefined {
  const m = /^(\d{1,15})([KMGT])?$/i.exec(text ?? "");
  return m ? Number(m[1]) * 1024 ** " KMGT".indexOf((m[2] ?? " ").toUpperCase()) : undefined;
}

function withoutSecrets(command: string): string {
  const dark = command.replace(/\b([A-Z][A-Z\d_]{2,60})=\S+/g, "$1=…").replace(/:\/\/[^/\s@]{1,500}@/g, "://…@");
  return dark.slice(0, 200);
}
