import { resolve } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { AwsWorld, ManagedNode } from "../../lab/aws/world.ts";
import type { LocalAws } from "../../lab/aws/local-aws.ts";
import { recordedHost, type RecordedHost } from "../../lab/recorded-host.ts";
import { reachOf, scriptOf } from "../../src/cli/reach.ts";
import { openLibrary } from "../../src/cli/shipped.ts";
import { account, node, register, runHere } from "../aws/account.ts";
import { founding, startGumshoe } from "../slack/made-gumshoe.ts";

const { library } = await openLibrary();
const runbook = library.runbooks.get("web-errors")!;
const recording = resolve("lab/cases/lightsail-disk-queue");

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

type Trouble = {
  /** What is wrong with the host, beside what the recorded one does. */
  node?: (host: RecordedHost) => Partial<ManagedNode>;
  world?: Partial<AwsWorld>;
  faults?: (aws: LocalAws) => unknown;
  /** More of the environment than its hosts. */
  more?: string;
  env?: Record<string, string>;
};

/** Ask for a diagnosis while something is wrong on the way, and return all that the thread says once it has been told to its end. */
async function threadOf({ node: wrong = () => ({}), world = {}, faults, more = "", env = {} }: Trouble): Promise<string> {
  const host = await recordedHost(recording);
  const run: ManagedNode["run"] = async (command) => runHere({ ...command, env: { ...command.env, PATH: host.path } });
  const { aws } = await account({ nodes: [node("web-1", { run, ...wrong(host) })], ...world });
  await register({ id: runbook.id, steps: runbook.steps.filter((step) => step.on === "host") });
  faults?.(aws);
  const gumshoe = await startGumshoe({
    yaml: `environments:
  prod:
    hosts: { tags: { role: web } }
    aws: { region: us-east-1 }
    caddy: { accessLog: ${host.values.caddyLog} }
    database: { host: db.shop.internal${more.includes("monitor") ? ", monitorUrlFrom: MONITOR_URL" : ""} }
    metrics: ${more.startsWith("{") ? more : `{ files: ${recording}/metrics }`}
    channel: "#prod"
`,
    reach: (environment, wanted) => reachOf(environment, wanted, env, () => founding.at),
    script: scriptOf,
  });
  stops.push(host.remove, gumshoe.stop);
  await gumshoe.slack.people.command({ user: "U0ALEX", channel: "C0PROD", command: "/diagnose", text: "prod" });
  const said = () =>
    gumshoe
      .messages()
      .map(({ text }) => text)
      .join("\n");
  const ended = () => gumshoe.idle() && /What ran|nothing was sent/i.test(said());
  await vi.waitFor(() => expect(ended()).toBe(true), { timeout: 150_000, interval: 200 });
  return said();
}

const denied = (action: string): Partial<AwsWorld> => ({
  allowed: ({ service, operation }) => `${service.toLowerCase()}:${operation}` !== action,
});
const forever = 1_000;
const LIGHTSAIL = "{ lightsailDatabase: shop-db }";

test.each<[what: string, says: RegExp, trouble: Trouble]>([
  ["an offline agent", /its SSM agent is offline/, { node: () => ({ ping: "ConnectionLost" }) }],
  [
    "an agent that takes no command",
    /(?:not|never) (?:delivered|taken)|no agent took|did not take/i,
    { node: () => ({ delivers: false }) },
  ],
  [
    "a throttled SSM",
    /SSM throttles our calls/,
    { faults: (aws) => aws.faults.add({ operation: "SendCommand", kind: "throttle", times: forever }) },
  ],
  [
    "a script that runs for too long",
    /time limit|had not ended|took longer|longer than/i,
    {
      node: () => ({
        run: async ({ signal }) =>
          new Promise((end) => signal.addEventListener("abort", () => end({ exitCode: 137, stdout: "", stderr: "" }))),
      }),
    },
  ],
  [
    "output that is cut on its way",
    /cut/i,
    {
      node: (host) => ({
        run: async (command) => {
          const whole = await runHere({ ...command, env: { ...command.env, PATH: host.path } });
          return { ...whole, stdout: whole.stdout.slice(0, whole.stdout.length / 2) };
        },
      }),
    },
  ],
  ["a missing permission", /ssm:SendCommand/, { world: denied("ssm:SendCommand") }],
  [
    "a throttled Lightsail",
    /Lightsail throttles our calls/,
    { more: LIGHTSAIL, faults: (aws) => aws.faults.add({ service: "lightsail", kind: "throttle", times: forever }) },
  ],
  [
    "a throttled CloudWatch",
    /CloudWatch throttles our calls/,
    { more: "{ rds: shop-db }", faults: (aws) => aws.faults.add({ service: "cloudwatch", kind: "throttle", times: forever }) },
  ],
  [
    "a database that cannot be reached",
    /ECONNREFUSED|refused/i,
    { more: "monitor", env: { MONITOR_URL: "postgres://gumshoe:only-for-this-test@127.0.0.1:9/shop" } },
  ],
])("with %s, the thread says what could not be seen and what that leaves open", { timeout: 240_000 }, async (_, says, trouble) => {
  const said = await threadOf(trouble);
  expect(said).toMatch(says);
  expect(said).toMatch(/Could not be told|could not be told/);
  expect(said).toMatch(/Not seen|not seen/);
  expect(said).not.toMatch(/is healthy|: healthy/);
  expect(said).not.toContain("only-for-this-test");
});
