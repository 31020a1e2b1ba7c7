import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { environmentActions } from "./action-config.ts";
import { environmentAlarms, Intake, StoreConfig } from "./alarm-config.ts";
import { alarmFaults } from "./alarm-faults.ts";
import { ConfigError, readYaml } from "./yaml-file.ts";

const Unit = z.string().regex(/^[A-Za-z0-9:_.@-]+$/, "a systemd unit's name, such as gunicorn or gunicorn.service");
const Address = z.string().regex(/^[A-Za-z0-9.\-[\]:]+:\d{1,5}$/, "host:port, such as 127.0.0.1:8000");
const EnvironmentVariable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "the NAME of an environment variable that holds the address, never the address itself");

const Channel = z.string().regex(/^(?:#?[\p{L}\p{N}_-]+)$/u, "a channel's name or id, such as #prod or C0123456789");

const Database = z.strictObject({
  host: z.string().min(1).describe("The name that the application connects to"),
  port: z.number().int().min(1).max(65_535).default(5432),
  user: z.string().min(1).default("postgres").describe("The role named in the connect probe; no password is ever sent"),
  name: z.string().min(1).default("postgres").describe("The database named in the connect probe"),
  monitorUrlFrom: EnvironmentVariable.optional().describe(
    "Where Gumshoe may look into the database itself: the environment variable with the URL of a role in pg_monitor",
  ),
  followMoves: z
    .boolean()
    .optional()
    .describe(
      "Whether Gumshoe goes on with the database to which a repair has led the application; false where people have led it back by hand",
    ),
});

const HOSTS = "`[local]`, SSM's ids such as [mi-0123456789abcdef0], or tags such as { tags: { role: web } }";

const Hosts = z.union(
  [
    z
      .array(z.string().regex(/^(?:local|mi-[0-9a-f]{17}|i-[0-9a-f]{8}(?:[0-9a-f]{9})?)$/, `write ${HOSTS}`))
      .min(1, `name at least one host: ${HOSTS}`)
      .max(50, "50 hosts at most, as SSM takes ids; name more by their tags")
      .refine((ids) => new Set(ids).size === ids.length, "name each host once")
      .refine((ids) => ids.length === 1 || !ids.includes("local"), "`local` is this one host; name it alone, or name hosts by SSM's ids"),
    z.strictObject({
      tags: z.record(z.string().min(1), z.string().min(1)).refine((tags) => Object.keys(tags).length > 0, "name at least one tag"),
    }),
  ],
  `write ${HOSTS}`,
);

const Aws = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "a region's id, such as ap-northeast-2"),
  role: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "a role's ARN, such as arn:aws:iam::123456789012:role/gumshoe-diagnose")
    .optional()
    .describe("The role to look with; without it the credentials that Gumshoe is started with"),
  document: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,128}$/, "an SSM document's name")
    .optional()
    .describe(
      "The registered SSM document that `gumshoe ssm-document` prints, or AWS-RunShellScript; by default Gumshoe-Diagnose-<runbook>",
    ),
});

const Metrics = z.union(
  [
    z.strictObject({
      files: z.string().min(1).describe("A folder of series as the API returns them, such as lightsail-database.DiskQueueDepth.json"),
    }),
    z
      .strictObject({
        lightsailDatabase: z.string().min(1).optional().describe("The Lightsail database's name"),
        lightsailInstance: z.string().min(1).optional().describe("The Lightsail instance's name"),
        rds: z.string().min(1).optional().describe("The RDS instance's identifier"),
        ec2: z
          .string()
          .regex(/^i-[0-9a-f]{8,17}$/)
          .optional()
          .describe("The EC2 instance's id"),
      })
      .refine((sources) => Object.values(sources).some((source) => source !== undefined)),
  ],
  "write { files: ./metrics }, or one or more of lightsailDatabase, lightsailInstance, rds (names) and ec2 (an id)",
);

const Environment = z.strictObject({
  hosts: Hosts.describe(`Where to look: ${HOSTS}`),
  aws: Aws.optional(),
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
  metrics: Metrics.optional(),
  channel: Channel.optional().describe("The environment's own channel: whoever is in it may ask for a diagnosis there"),
  members: z
    .array(z.string().regex(/^[UWS][A-Z0-9]{2,}$/, "the id of a Slack user (U…) or user group (S…)"))
    .default([])
    .describe("Who else may ask for a diagnosis, from any channel"),
  runbook: z.string().default("web-errors").describe("The runbook when nobody names one"),
  ...environmentAlarms,
  ...environmentActions,
});

const Slack = z.strictObject({
  mode: z.enum(["socket", "http"]).default("socket").describe("Socket Mode needs no public address; http takes signed requests"),
  port: z.number().int().min(1).max(65_535).default(3000).describe("Where http mode listens"),
  language: z.enum(["en", "ko"]).default("en").describe("The language of shared channels"),
  channel: Channel.optional().describe("Where alarms are counted that belong to no environment"),
});

/** `gumshoe.yml`: what the operator says of each environment. */
const ConfigFile = z.strictObject({
  slack: Slack.prefault({}),
  health: Address.default("127.0.0.1:8321").describe("Where `gumshoe start` answers GET /healthz"),
  store: StoreConfig.prefault({}),
  intake: Intake.prefault({}),
  environments: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, "an environment's name is lower case, such as prod"), Environment),
});

/** One environment, "prod" as people say it. */
export type Environment = z.infer<typeof Environment>;

/** The checked configuration; paths are absolute. */
export type Config = {
  slack: z.infer<typeof Slack>;
  health: string;
  store: z.infer<typeof StoreConfig>;
  intake: z.infer<typeof Intake>;
  environments: ReadonlyMap<string, Environment>;
};

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
  for (const [name, environment] of Object.entries(file.value?.environments ?? {})) {
    if (environment.aws || !needsAws(environment)) continue;
    file.faults.push(file.faultAt(["environments", name], "add `aws: { region: … }`: its hosts or metrics are at AWS"));
  }
  file.faults.push(...alarmFaults(file));
  if (!file.value || file.faults.length > 0) throw new ConfigError(file.faults);
  const environments = new Map<string, Environment>();
  for (const [name, environment] of Object.entries(file.value.environments)) {
    const { metrics } = environment;
    const files = metrics && "files" in metrics ? { metrics: { files: resolve(dirname(path), metrics.files) } } : {};
    environments.set(name, { ...environment, ...files });
  }
  const { slack, health, store, intake } = file.value;
  return { slack, health, store: { ...store, folder: resolve(dirname(path), store.folder) }, intake, environments };
}

/** Whether an environment is the host that Gumshoe itself runs on. */
export function isLocal(hosts: Environment["hosts"]): boolean {
  return Array.isArray(hosts) && hosts.includes("local");
}

function needsAws({ hosts, metrics }: Environment): boolean {
  return !isLocal(hosts) || (metrics !== undefined && !("files" in metrics));
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
