import { Command } from "commander";
import { ConfigError } from "./config/yaml-file.ts";
import { CaseError } from "./evidence/read-case.ts";
import { addVerbs } from "./cli/verbs.ts";
import { UsageError } from "./cli/usage-error.ts";
import { colourPaint, plainPaint } from "./cli/terminal.ts";

// The only reader of process.env and of signals.
const stop = new AbortController();
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
] as const)
  process.on(signal, () => {
    // Who asks twice does not want to wait.
    if (stop.signal.aborted) process.exit(128 + number);
    stop.abort();
  });
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const program = new Command("gumshoe");
addVerbs(program, {
  paint: colours ? colourPaint : plainPaint,
  live: process.stderr.isTTY === true,
  env: process.env,
  signal: stop.signal,
  print: (text) => process.stdout.write(text),
  progress: (text) => process.stderr.write(text),
  exitWith: (code) => (process.exitCode = code),
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof CaseError || error instanceof UsageError)) throw error;
  process.stderr.write(error.message.replace(/^/gm, "gumshoe: ") + "\n");
  process.exitCode = 1;
}
