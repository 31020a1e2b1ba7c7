import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { recordedHost } from "../../../lab/recorded-host.ts";

const dir = mkdtempSync(join(tmpdir(), "gumshoe-live-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const founding = resolve("lab/cases/lightsail-disk-queue");
const at = "2025-10-03T09:40:40Z";
const command = resolve("src/gumshoe.js");

function configFor(caddyLog: string, name: string): string {
  const path = join(dir, `${name}.yml`);
  writeFileSync(
    path,
    `environments:
  prod:
    hosts: [local]
    caddy: { accessLog: ${caddyLog} }
    database: { host: db.shop.internal, user: shop, name: shop }
    metrics: { files: ${founding}/metrics }
`,
  );
  return path;
}

function gumshoe(args: string[], path: string): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, PATH: path };
  return new Promise((done) => {
    execFile(process.execPath, [command, ...args], { env, maxBuffer: 1e8 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}

/** Secrets that lie in logs, and what a hostile client writes into them. */
const SECRETS = [
  "s3cretPassw0rd",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl",
  "AKIAIOSFODNN7EXAMPLE",
  "tok_7f9c2e5a1b",
  "sessionid9d8e7f6a5b",
];
const HOSTILE = [
  `$(touch ${join(dir, "ran")}) \`touch ${join(dir, "ran")}\` ; touch ${join(dir, "ran")} <!channel> \u001b[31mred\u001b[0m \u001b]0;title\u0007`,
  `OperationalError: connection failed: postgres://shop:${SECRETS[0]}@db.shop.internal:5432/shop`,
  `Authorization: Bearer ${SECRETS[1]}`,
  `AWS_ACCESS_KEY_ID=${SECRETS[2]} password=${SECRETS[0]}`,
  `GET /reset?token=${SECRETS[3]} Cookie: sessionid=${SECRETS[4]}`,
];

test("a hostile log runs nothing, leaks no secret into any output or case, and the diagnosis goes on", async () => {
  const hostile = join(dir, "hostile");
  cpSync(founding, hostile, { recursive: true });
  const journal = join(hostile, "evidence/gunicorn-journal.txt");
  for (const line of HOSTILE) appendFileSync(journal, `Oct 03 09:40:20 web gunicorn[1407880]: ${line}\n`);
  appendFileSync(journal, Buffer.from([0xff, 0xfe, 0x80, 0x0a]));
  appendFileSync(journal, `${"x".repeat(1_000_000)} password=${SECRETS[0]}\n`);
  const uri = `/?token=${SECRETS[3]}&next=$(touch ${join(dir, "ran")})`;
  appendFileSync(
    join(hostile, "evidence/caddy-access.log"),
    `${JSON.stringify({ level: "info", ts: 1759484430.5, logger: "http.log.access.log0", msg: "handled request", request: { remote_ip: "1.2.3.4", method: "GET", uri, headers: { Authorization: [`Bearer ${SECRETS[1]}`], Cookie: [`sessionid=${SECRETS[4]}`] } }, duration: 0.1, status: 200 })}\n`,
  );
  const host = await recordedHost(hostile);
  try {
    const config = configFor(host.values.caddyLog, "hostile");
    const kept = join(dir, "kept");
    // One after the other: three looks at once are more than a small machine has time for.
    const recordedRun = await gumshoe(["record", "prod", kept, "--config", config, "--now", at], host.path);
    const text = await gumshoe(["diagnose", "prod", "--config", config, "--now", at], host.path);
    const json = await gumshoe(["diagnose", "prod", "--config", config, "--now", at, "--json"], host.path);
    const files = readdirSync(kept, { recursive: true, encoding: "utf8" }).filter((name) => /\./.test(name));
    const everything = [recordedRun, text, json]
      .flatMap(({ out, err }) => [out, err])
      .concat(files.map((name) => readFileSync(join(kept, name), "utf8")));
    for (const secret of SECRETS)
      expect(
        everything.filter((each) => each.includes(secret)),
        secret,
      ).toEqual([]);
    expect(existsSync(join(dir, "ran"))).toBe(false);
    expect(text.out).not.toContain("\u001b");
    expect(JSON.parse(json.out)).toMatchObject({ verdict: "root-cause", rootCauses: ["db-disk-saturated"] });
    const replayed = await gumshoe(["replay", kept, "--json"], host.path);
    expect(JSON.parse(replayed.out)).toMatchObject({ verdict: "root-cause", rootCauses: ["db-disk-saturated"] });
  } finally {
    await host.remove();
  }
});

test("a folder that holds something is not recorded over", async () => {
  const host = await recordedHost(founding);
  try {
    const config = configFor(host.values.caddyLog, "taken");
    const { code, err } = await gumshoe(["record", "prod", founding, "--config", config, "--now", at], host.path);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("already holds something; name a new folder") });
  } finally {
    await host.remove();
  }
});

test("Ctrl-C stops the look, leaves nothing behind and ends with exit code 130", async () => {
  const slow = join(dir, "bin");
  const host = await recordedHost(founding);
  try {
    cpSync(host.path.split(":")[0]!, slow, { recursive: true, dereference: true });
    writeFileSync(join(slow, "journalctl"), `#!/bin/sh\necho started >>${join(dir, "started")}\nexec sleep 60\n`, { mode: 0o755 });
    const temporary = join(dir, "tmp");
    cpSync(join(founding, "metrics"), temporary, { recursive: true });
    const before = readdirSync(temporary);
    const env = { ...process.env, PATH: `${slow}:${host.path}`, TMPDIR: temporary };
    const child = spawn(process.execPath, [command, "diagnose", "prod", "--config", configFor(host.values.caddyLog, "slow")], { env });
    let err = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => (err += part));
    while (!existsSync(join(dir, "started"))) await new Promise((wake) => setTimeout(wake, 20));
    child.kill("SIGINT");
    expect(await new Promise((done) => child.once("close", done))).toBe(130);
    expect(err).toContain("Stopped; nothing was left on the host.");
    expect(readdirSync(temporary)).toEqual(before);
  } finally {
    await host.remove();
  }
});
