import { execFile, execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { LocalAws } from "../../lab/aws/local-aws.ts";

/** An AWS CLI that works. */
export type Cli = { path: string; version: string };

/** Every CLI along the PATH that tells its version, one of each; a name on the PATH may be a shim that starts nothing. */
export function findClis(): Cli[] {
  const paths = new Set((process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, "aws")));
  const versions = new Map<string, Cli>();
  for (const path of paths) {
    try {
      const version = execFileSync(path, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 20_000 }).trim();
      if (version.startsWith("aws-cli/") && !versions.has(version)) versions.set(version, { path, version });
    } catch {
      // Not here, or a shim without a program behind it: the next one may work.
    }
  }
  return [...versions.values()];
}

/** Run the CLI against a local AWS: arguments as a person types them; the answer is read as JSON (nothing printed is nothing). */
export async function cli(path: string, { endpoint, env }: LocalAws, ...args: string[]): Promise<unknown> {
  const settings = {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    AWS_PAGER: "",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/nonexistent/config",
    AWS_DEFAULT_REGION: env.AWS_REGION,
    AWS_ACCESS_KEY_ID: env.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: env.AWS_SECRET_ACCESS_KEY,
  };
  const { stdout } = await promisify(execFile)(path, ["--endpoint-url", endpoint, "--output", "json", ...args], { env: settings });
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}
