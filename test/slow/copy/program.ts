import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyScript } from "../../../src/remediation/copy-script.ts";
import { PASSWORDS, type Server } from "./servers.ts";

/** What the program printed, by key. */
export type Said = Record<string, string>;

/** The program on a host of its own: a folder that holds its text, the application's environment file and the states of its runs. */
export type Host = {
  dir: string;
  run: (verb: string, id: string, more?: Record<string, string>) => Promise<Said>;
  ended: (id: string) => Promise<Said>;
  reached: (id: string, claim: (said: Said) => boolean) => Promise<Said>;
  remove: () => Promise<void>;
};

const ENDS = ["done", "failed", "refused", "stopped", "died"];

/** A host that reaches both servers; `shop` is copied to `shop_new`. */
export async function makeHost(source: Server, target: Server): Promise<Host> {
  const dir = await mkdtemp(join(tmpdir(), "gs-copy-host-"));
  const envFile = join(dir, "shop.env");
  const quoted = (PASSWORDS["app"] ?? "").replaceAll(/["\\]/g, "\\$&");
  await writeFile(envFile, `# the shop\nDEBUG=0\nDB_PASSWORD="${quoted}"\nMASTER='${PASSWORDS["master"]}'\n`, { mode: 0o600 });
  await writeFile(join(dir, "copy.sh"), copyScript());
  const environment = {
    PATH: process.env["PATH"] ?? "",
    GUMSHOE_COPY_BASE: join(dir, "state"),
    GUMSHOE_COPY_MODE: "copy",
    GUMSHOE_COPY_PROOF_S: "1",
    GUMSHOE_APP_USER: "app",
    GUMSHOE_APP_ENV_FILE: envFile,
    GUMSHOE_APP_PASSWORD_KEY: "DB_PASSWORD",
    ...sideOf("SOURCE", source, "shop", envFile),
    ...sideOf("TARGET", target, "shop_new", envFile),
  };
  const run: Host["run"] = async (verb, id, more = {}) => sh(join(dir, "copy.sh"), verb, { ...environment, GUMSHOE_COPY_ID: id, ...more });
  const reached: Host["reached"] = async (id, claim) => {
    for (;;) {
      const said = await run("status", id);
      if (claim(said) || ENDS.includes(said["state"] ?? "")) return said;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return {
    dir,
    run,
    reached,
    ended: async (id) => reached(id, () => false),
    remove: async () => rm(dir, { recursive: true, force: true }),
  };
}

function sideOf(side: string, server: Server, database: string, envFile: string): Record<string, string> {
  const of = { HOST: "127.0.0.1", PORT: String(server.port), DB: database, USER: "master", ENV_FILE: envFile, PASSWORD_KEY: "MASTER" };
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [`GUMSHOE_${side}_${name}`, value]));
}

async function sh(file: string, verb: string, env: Record<string, string>): Promise<Said> {
  const child = spawn("/bin/sh", [file, verb], { env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (out += chunk.toString().replace(/^/, "stderr=")));
  const [code] = (await once(child, "close")) as [number];
  const said = Object.fromEntries(
    out.split("\n").flatMap((line) => (line.includes("=") ? [[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]] : [])),
  );
  return { ...said, code: String(code) };
}
