import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { type Fault, only } from "./fault.ts";

/** Another client takes every connection that the database gives to ordinary roles. */
export const dbConnectionsExhausted: Fault = {
  name: "db-connections-exhausted",
  holdS: 40,
  expected: only("db-connections-exhausted"),
  induce: async ({ machine }) => {
    const script = openSync(join(import.meta.dirname, "hold-slots.py"), "r");
    const client = spawn("chroot", [machine.root, "python3", "-"], { stdio: [script, "ignore", "inherit"] });
    return () => client.kill("SIGKILL");
  },
};
