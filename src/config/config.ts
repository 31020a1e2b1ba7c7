import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError, readYaml } from "./yaml-file.ts";

const Unit = z.string().regex(/^[A-Za-z0-9:_.@-]+$/, "a systemd unit's name, such as gunicorn or gunicorn.service");
const Address = z.string().regex(/^[A-Za-z0-9.\-[\]:]+:\d{1,5}$/, "host:port, such as 127.0.0.1:8000");
const EnvironmentVariable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "the NAME of an environment variable that holds the address, never the address itself");

const Database = z.strictObject({
  host: z.string().min(1).describe("The name that the application connects to"),
  port: z.number().int().min(1).max(65_535).default(5432),
  user: z.string().min(1).default("postgres").describe("The role named in the connect probe; no password is ever sent"),
  name: z.string().min(1).default("postgres").describe("The database named in the connect probe"),
  monitorUrlFrom: EnvironmentVariable.optional().describe(
    "Where Gumshoe may look into the database itself: the environment variable with the URL of a role in pg_monitor",
  ),
});

const Environment = z.strictObject({
  hosts: z
    .array(z.literal("local", "hosts are `local` for now: Gumshoe runs on the host itself"))
    .min(1, "name at least one host, such as `hosts: [local]`")
    .max(1, "`local` is this one host; name it once"),
  timezone: z
    .string()
    .refine(isTimezone, "an IANA time zone, such as UTC or Asia/Seoul")
    .default("UTC")
    .describe("The zone of log lines that carry none"),
  caddy: z.strictObject({
    accessLog: z.string().startsWith("/", "the full path of Caddy's access log"),
    unit: Unit.default("caddy"),
    site: z.string().optional().describe("The site's host name, for the probe through the proxy"),
    probeUrl: z.url().optional().describe("What the probe asks for; by default / of the site on this host"),
  }),
  gunicorn: z
    .strictObject({
      unit: Unit.default("gunicorn"),
      address: Address.optional().describe("Where gunicorn listens, for the probe past the proxy"),
    })
    .prefault({}),
  celery: z
    .strictObject({ unit: Unit.default("celery"), queue: z.string().default("celery"), redis: Address.default("127.0.0.1:6379") })
    .optional(),
  database: Database,
  metrics: z
    .strictObject({
      files: z.string().min(1).describe("A folder of series as the API returns them, such as lightsail-database.DiskQueueDepth.json"),
    })
    .optional(),
  channel: z
    .string()
    .regex(/^#?[\p{L}\p{N}_-]+$/u, "a channel, such as #prod")
    .optional(),
  runbook: z.string().default("web-errors").describe("The runbook when nobody names one"),
});

/** `gumshoe.yml`: what the operator says of each environment. */
const ConfigFile = z.strictObject({
  environments: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, "an environment's name is lower case, such as prod"), Environment),
});

/** One environment, "prod" as people say it. */
export type Environment = z.infer<typeof Environment>;

/** The checked configuration; paths are absolute. */
export type Config = { environments: ReadonlyMap<string, Environment> };

/** Read `gumshoe.yml`. Throws a ConfigError with every fault at once, each as `file:line:column` with what to write instead. */
export async function loadConfig(path: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? "there is no such file; write one (docs/configuration.md shows how) or name it with --config"
        : String(error);
    throw new ConfigError([{ file: path, line: 1, column: 1, message: why }]);
  }
  return readConfig(path, text);
}

/** The same from text. */
export function readConfig(path: string, text: string): Config {
  const file = readYaml(path, text, ConfigFile);
  if (file.value && Object.keys(file.value.environments).length === 0)
    file.faults.push(file.faultAt(["environments"], "name at least one environment, such as `prod:`"));
  if (!file.value || file.faults.length > 0) throw new ConfigError(file.faults);
  const environments = new Map<string, Environment>();
  for (const [name, environment] of Object.entries(file.value.environments)) {
    const metrics = environment.metrics && { files: resolve(dirname(path), environment.metrics.files) };
    environments.set(name, { ...environment, ...(metrics ? { metrics } : {}) });
  }
  return { environments };
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
