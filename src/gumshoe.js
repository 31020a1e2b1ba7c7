#!/usr/bin/env node
// The command `gumshoe`. The sources are TypeScript that Node runs as it is from 22.18 on; an older Node starts the one that npm installed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

// A copy that runs for months lives in little memory: V8 by itself lets short-lived objects take over 100 MB before it looks at them, and grows
// its heap by the memory of the machine. A storm needs 60 MB of it; NODE_OPTIONS may allow more.
const HEAP = /max[-_]old[-_]space[-_]size/.test(process.env.NODE_OPTIONS ?? "") ? [] : ["--max-old-space-size=256"];
const SMALL = ["--max-semi-space-size=8", ...HEAP, "--disable-warning=ExperimentalWarning"];

const [major, minor] = process.versions.node.split(".").map(Number);
if (process.argv.includes("start") && process.execve && process.platform === "linux" && !process.execArgv.includes(SMALL[0])) {
  // The same process goes on as one with these options.
  const again = [process.execPath, ...SMALL, ...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.execve(process.execPath, again, process.env);
}
if (major > 22 || (major === 22 && minor >= 18)) {
  // Beside the program, since the host it looks at gets no file; where that is read-only there is no cache.
  module.enableCompileCache?.(fileURLToPath(new URL("../node_modules/.cache/gumshoe", import.meta.url)));
  await import("./main.ts");
} else {
  const shipped = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(shipped)) {
    console.error(
      `gumshoe: Node ${process.versions.node} cannot run it; install Node 24, or run npm ci without --omit=optional, which brings it along`,
    );
    process.exit(1);
  }
  const child = spawn(shipped, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches both processes; what a supervisor sends reaches only this one. The child decides when it is done.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.once("exit", (status, signal) => process.exit(status ?? 128 + (signal ? constants.signals[signal] : 1)));
}
