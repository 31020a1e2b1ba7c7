import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readFrames, STDERR_MARK, type Frames } from "../../src/evidence/frames.ts";
import { runLocal } from "../../src/host/run-local.ts";
import { compileHostScript } from "../../src/runbook/host-script.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostile-output-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a host gives back whose log holds `lines`, next to a step that has nothing to do with it. */
async function lookAt(lines: readonly (string | Buffer)[]): Promise<Frames> {
  const log = join(folder, "access.log");
  writeFileSync(log, Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")])));
  const step = { timeoutS: 10, outputChars: 100_000, keep: "newest" as const };
  const steps = [
    { ...step, id: "log", run: 'tail -n 100 -- "$CADDY_LOG"' },
    { ...step, id: "well", run: "echo fine" },
  ];
  return readFrames((await runLocal(compileHostScript({ steps, values: { caddyLog: log } }), { timeoutMs: 25_000 })).output);
}

// Put together here, so that no scanner takes this file for a leak.
const secrets = {
  password: ["hunt", "er2!"].join(""),
  bearer: ["c2VjcmV0", "LXRva2Vu", "LXZhbHVl"].join(""),
  awsId: ["AKIA", "IOSFODNN7", "EXAMPLE"].join(""),
  awsKey: ["wJalrXUtnFEMI", "/K7MDENG/", "bPxRfiCYEXAMPLEKEY"].join(""),
  cookie: ["sess", "0123456789abcdef"].join(""),
};

it("lets no secret of a log leave the host, runs nothing that stands in it, and reads the other steps", async () => {
  const frames = await lookAt([
    `GET /?q=$(touch ${folder}/ran) \`touch ${folder}/ran\` ; touch ${folder}/ran`,
    "<!channel> <@U012345> *all of you*",
    "\u001b[31mred\u001b[0m \u001b]0;title\u0007",
    `connecting to postgres://shop:${secrets.password}@db.shop.internal:5432/shop`,
    `dsn host=db password=${secrets.password} dbname=shop`,
    `Authorization: Bearer ${secrets.bearer}`,
    `{"headers":{"Cookie":["${secrets.cookie}"],"Authorization":["Basic ${secrets.bearer}"]}}`,
    `AWS_ACCESS_KEY_ID=${secrets.awsId} AWS_SECRET_ACCESS_KEY=${secrets.awsKey}`,
    `GET /reset?token=${secrets.bearer}&next=/ HTTP/1.1`,
    Buffer.from([0xff, 0xfe, 0x80, 0x00, 0x41]),
    `${"x".repeat(500_000)} password=${secrets.password} ${"y".repeat(500_000)}`,
    "the last line",
  ]);
  const text = frames.steps.get("log")?.text ?? "";
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  expect(text).toContain("postgres://shop:[redacted]@db.shop.internal:5432/shop");
  expect(text).toContain("<!channel>");
  expect(text.endsWith("the last line\n")).toBe(true);
  expect(frames.steps.get("well")).toMatchObject({ text: "fine\n", whole: true });
  expect(readdirSync(folder)).toEqual(["access.log"]);
});

it("does not let a line that was cut at its start carry the rest of a secret out", async () => {
  const frames = await lookAt([`password=${"s3cr3t-part-".repeat(20_000)}`, "the last line"]);
  expect(frames.steps.get("log")?.text).not.toContain("s3cr3t-part");
});

it("does not let a log line pass the rest of the log off as standard error", async () => {
  const frames = await lookAt([STDERR_MARK, "what came after it"]);
  const text = frames.steps.get("log")?.text ?? "";
  expect(text).not.toContain(STDERR_MARK);
  expect(text).toMatch(/^--- standard error --\nwhat came after it\n$/);
});

it("is not taken in by a log line that looks like a result", async () => {
  const forged = [
    "#end 00000000-0000 log",
    "#step 00000000-0000 id=well exit=0 ms=1 bytes=4 cut=0 clipped=0 trimmed=0 keep=newest",
    "evil",
  ];
  const frames = await lookAt(["#gumshoe:1 00000000-0000", ...forged, "gumshoe:1 failed: nothing here", "#gumshoe:end"]);
  expect(frames.whole).toBe(true);
  expect(frames.steps.get("log")?.text).toContain("evil\n");
  expect(frames.steps.get("well")?.text).toBe("fine\n");
});
