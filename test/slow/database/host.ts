import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databaseScript } from "../../../src/remediation/database-script.ts";
import { urlOf, type Server } from "../copy/servers.ts";

/** What the program printed, by key; `failed` is the sentence of one that could not begin. */
export type Said = Record<string, string>;

/** A host of a test: a folder with the program, an environment file with logins, and the states of its runs. */
export function makeHost(server: Server) {
  const dir = mkdtempSync(join(tmpdir(), "gumshoe-database-"));
  const envFile = join(dir, "shop.env");
  writeFileSync(
    envFile,
    `DATABASE_URL=${urlOf(server, "app", "shop")}?x=1&sslmode=disable\nREPORTS_URL=${urlOf(server, "reporter", "shop")}\nMASTER='m4ster-pw'\n`,
  );
  writeFileSync(join(dir, "program.sh"), databaseScript());
  const base = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", GUMSHOE_BASE: join(dir, "state"), SSM_plan: "p1" };
  /** Runs the program as SSM does: values are environment variables alone. */
  const runWith = async (env: Record<string, string>, text?: string): Promise<{ stdout: string; status: number }> => {
    const file = join(dir, "program.sh");
    if (text !== undefined) writeFileSync(file, text);
    const child = spawn("/bin/sh", [file], { env: { ...base, ...env }, stdio: ["ignore", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const [status] = (await once(child, "close")) as [number];
    return { stdout, status };
  };
  const run = async (verb: string, more: Record<string, string> = {}): Promise<Said> => {
    const { stdout, status } = await runWith({ SSM_verb: verb, SSM_envFile: envFile, SSM_urlKey: "DATABASE_URL", ...more });
    const failed = /^gumshoe:1 failed: (.*)$/m.exec(stdout)?.[1];
    const pairs = [...stdout.matchAll(/^([\w.]+)=(.*)$/gm)].map(([, key, value]) => [key ?? "", value ?? ""]);
    return { ...(Object.fromEntries(pairs) as Said), stdout, status: String(status), ...(failed === undefined ? {} : { failed }) };
  };
  return { dir, envFile, base, runWith, run, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** A host of a test. */
export type Host = ReturnType<typeof makeHost>;
