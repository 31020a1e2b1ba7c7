import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const command = resolve("src/gumshoe.js");
const gumshoe = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...args], { encoding: "utf8", maxBuffer: 1e8 });
  return { out: stdout, err: stderr, code: status };
};

const dir = mkdtempSync(join(tmpdir(), "gumshoe-document-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("the document is printed alone, and beside it what SSM takes and how to register it", () => {
  const { out, err, code } = gumshoe("ssm-document");
  expect(code).toBe(0);
  const document = JSON.parse(out) as { schemaVersion: string; description: string; mainSteps: [{ inputs: { runCommand: string[] } }] };
  expect(document).toMatchObject({ schemaVersion: "2.2", description: expect.stringMatching(/^Gumshoe \d+\.\d+\.\d+ /) as string });
  expect(err).toMatch(/^Gumshoe-Diagnose-web-errors: \d\d,\d{3} of the 65,536 bytes that SSM takes\.\n/);
  expect(err).toContain("aws ssm create-document --name Gumshoe-Diagnose-web-errors --document-type Command ");
  const script = document.mainSteps[0].inputs.runCommand.join("\n");
  execFileSync("/bin/sh", ["-n", "-c", script]);
  writeFileSync(
    join(dir, "gumshoe.yml"),
    `environments:
  prod:
    hosts: [mi-0123456789abcdef0]
    aws: { region: eu-north-1 }
    caddy: { accessLog: /log }
    database: { host: db }
  shell:
    hosts: [mi-0123456789abcdef0]
    aws: { region: eu-north-1, document: AWS-RunShellScript }
    caddy: { accessLog: /log }
    database: { host: db }
`,
  );
  const printed = (name: string) => gumshoe("diagnose", name, "--config", join(dir, "gumshoe.yml"), "--print-script").out;
  expect(printed("prod").trimEnd()).toBe(script);
  expect(printed("shell")).toContain("export CADDY_LOG='/log'");
});

test("the commands that bring a registered document up to date are printed alone, and a shell reads them", () => {
  const { out, code } = gumshoe("ssm-document", "--update-command");
  expect(code).toBe(0);
  execFileSync("/bin/sh", ["-n", "-c", out]);
  expect(out).toMatch(/^npx gumshoe ssm-document --runbook web-errors >Gumshoe-Diagnose-web-errors\.json &&\n/);
  expect(out).toContain("aws ssm update-document-default-version --name Gumshoe-Diagnose-web-errors --document-version");
});

test.each(["restart-service", "look-service", "switch-endpoint", "look-endpoint", "copy-database", "look-copy"])(
  "the document of the repair %s is printed the same way, and one that there is not is refused",
  (repair) => {
    const { out, err, code } = gumshoe("ssm-document", "--repair", repair);
    expect(code).toBe(0);
    const document = JSON.parse(out) as { mainSteps: [{ inputs: { runCommand: string[] } }] };
    execFileSync("/bin/sh", ["-n", "-c", document.mainSteps[0].inputs.runCommand.join("\n")]);
    expect(err).toContain(`npx gumshoe ssm-document --repair ${repair} >Gumshoe-Repair-${repair}.json`);
    expect(gumshoe("ssm-document", "--repair", "rm-rf")).toMatchObject({ code: 1, out: "" });
  },
);
