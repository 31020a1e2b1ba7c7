import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { badValue, doesTheSame, documentName, documentOf, textOf } from "../../../src/aws/ssm/document.ts";
import { openLibrary } from "../../../src/cli/shipped.ts";
import { readFrames } from "../../../src/evidence/frames.ts";
import { VALUE_NAMES, type Values } from "../../../src/runbook/host-script.ts";
import { steps } from "../account.ts";

const { library } = await openLibrary();
const shipped = [...library.runbooks.values()];

/** Values as the configuration allows them, each as odd as may be. */
const ODD: Required<Values> = {
  caddyLog: "/srv/my logs/caddy~1/access@shop,v2%=.log",
  caddyUnit: "caddy@shop.service",
  gunicornUnit: "app:web_1@main.service",
  celeryUnit: "celery-worker@1",
  celeryQueue: "shop:default/high",
  redisHost: "[::1]",
  redisPort: "6379",
  dbHost: "ls-1234.abcdef.ap-northeast-2.rds.amazonaws.com",
  dbPort: "5432",
  dbUser: "shop app@db-1",
  dbName: "shop_prod",
  probeUrl: "https://shop.example:8443/healthz/?deep=1&format=json#top",
  appAddress: "[::1]:8000",
  siteHost: "*.shop.example",
};

test.each(shipped.map((runbook) => [runbook.id, runbook] as const))(
  "the document of %s is one that SSM takes: within its size, in ASCII, nothing in its script that looks like a parameter",
  (_, runbook) => {
    const text = textOf(documentOf(runbook, "Gumshoe 1.2.3"));
    expect(text.length).toBeLessThanOrEqual(65_536);
    // oxlint-disable-next-line no-control-regex -- ASCII is what is asked for
    expect(text).toMatch(/^[\n\u0020-\u007e]*$/);
    const document = JSON.parse(text) as ReturnType<typeof documentOf>;
    expect(Object.keys(document.parameters)).toEqual(VALUE_NAMES);
    for (const parameter of Object.values(document.parameters)) {
      expect(parameter).toMatchObject({
        type: "String",
        interpolationType: "ENV_VAR",
        allowedPattern: expect.stringMatching(/^\^.*\$$/) as string,
      });
      if (parameter.default !== undefined) expect(parameter.default).toMatch(new RegExp(parameter.allowedPattern));
    }
    expect(JSON.stringify(document.mainSteps)).not.toContain("{{");
    expect(documentName(runbook.id)).toMatch(/^[A-Za-z0-9_.-]{3,128}$/);
    expect(doesTheSame(text, documentOf(runbook, "Gumshoe 1.3.0"))).toBe(true);
  },
);

test("every value that the configuration allows passes, and nothing that a shell would look into does", () => {
  expect(badValue(ODD)).toBeUndefined();
  for (const name of VALUE_NAMES)
    for (const evil of ["a'b", 'a"b', "a`id`", "$(id)", "$HOME", "a\nb", "a;b", "a|b", "{{ssm:secret}}", "a\\b", "a<b"])
      expect([name, badValue({ [name]: evil })]).toEqual([name, name]);
});

const runbook = {
  id: "short",
  steps: steps({ values: 'printf "%s|" "$CADDY_LOG" "$GUNICORN_UNIT" "${SITE_HOST-unset}"', celery: "echo celery" }),
};
runbook.steps[1]!.part = "celery";

function run(env: Record<string, string>): string {
  const { inputs } = documentOf(runbook, "").mainSteps[0];
  const script = inputs.runCommand.join("\n");
  return execFileSync("/bin/sh", ["-c", script], { env: { PATH: "/usr/bin:/bin", ...env } }).toString();
}

test("its script finds its values in SSM_ variables, leaves out what has none, and takes nothing from the host's own environment", () => {
  const { steps: seen, whole } = readFrames(
    run({ SSM_gunicornUnit: "shop", SSM_caddyLog: "/log $(touch x)", SSM_siteHost: "", SITE_HOST: "evil" }),
  );
  expect(whole).toBe(true);
  expect(seen.get("values")?.text).toBe("/log $(touch x)|shop|unset|");
  expect([...seen.keys()]).toEqual(["values"]);
  expect([...readFrames(run({ SSM_gunicornUnit: "shop", SSM_celeryUnit: "celery" })).steps.keys()]).toEqual(["values", "celery"]);
});

test("an agent that hands no variables over is told from a host that does not answer", () => {
  const { inputs } = documentOf(runbook, "").mainSteps[0];
  const script = `(${inputs.runCommand.join("\n")}\n) || true`;
  const output = execFileSync("/bin/sh", ["-c", script], { env: { PATH: "/usr/bin:/bin" } }).toString();
  expect(readFrames(output).because).toEqual({ reason: "agentTooOld", args: [] });
});

test("a document is the same however it is written down, and another as soon as anything in it does something else", () => {
  const document = documentOf(runbook, "");
  const shuffled = JSON.stringify(Object.fromEntries(Object.entries(document).toReversed()));
  expect(doesTheSame(shuffled, document)).toBe(true);
  const [step] = document.mainSteps;
  const { runCommand } = step.inputs;
  const withScript = (lines: readonly string[]) =>
    JSON.stringify({ ...document, mainSteps: [{ ...step, inputs: { ...step.inputs, runCommand: lines } }] });
  expect(doesTheSame(withScript([runCommand.join("\n")]), document)).toBe(true);
  expect(doesTheSame(withScript([`${runCommand.join("\n")}\nreboot`]), document)).toBe(false);
  expect(doesTheSame(withScript([runCommand.join("")]), document)).toBe(false);
  const changed = [
    { ...document, mainSteps: [{ ...step, inputs: { ...step.inputs, timeoutSeconds: "3600" } }] },
    { ...document, mainSteps: [step, step] },
    { ...document, mainSteps: [{ ...step, precondition: { StringEquals: ["platformType", "Linux"] } }] },
    { ...document, parameters: { ...document.parameters, caddyLog: { ...document.parameters["caddyLog"], interpolationType: undefined } } },
    { ...document, parameters: { ...document.parameters, dbHost: { ...document.parameters["dbHost"], allowedPattern: ".*" } } },
  ];
  for (const other of changed) expect(doesTheSame(JSON.stringify(other), document)).toBe(false);
  for (const broken of ["", "schemaVersion: '2.2'", "[]", "null"]) expect(doesTheSame(broken, document)).toBe(false);
});

test("a script that does not fit line by line is printed as one string and without words for people, which is the same script", () => {
  const lines = Array.from({ length: 8_500 }, (_, n) => `: ${n % 10}`).join("\n");
  const document = documentOf({ id: "long", steps: steps({ long: lines }) }, "");
  expect(JSON.stringify(document).length).toBeGreaterThan(65_536);
  const text = textOf(document);
  const { mainSteps, parameters } = JSON.parse(text) as typeof document;
  const [step] = mainSteps;
  expect(Object.values(parameters).filter(({ description }) => description !== undefined)).toEqual([]);
  expect(Object.keys(parameters)).toEqual(VALUE_NAMES);
  expect(step.inputs.runCommand).toEqual([document.mainSteps[0].inputs.runCommand.join("\n")]);
  expect(doesTheSame(text, document)).toBe(true);
});

test("what SSM would not take is refused when it is printed", () => {
  expect(() => documentOf({ id: "x", steps: steps({ evil: "echo {{ssm:secret}}" }) }, "")).toThrow(/would be taken for a parameter/);
  const huge = { id: "x", steps: steps({ huge: `: '${"long ".repeat(20_000)}'` }) };
  expect(() => textOf(documentOf(huge, ""))).toThrow(/SSM takes 65536/);
});
