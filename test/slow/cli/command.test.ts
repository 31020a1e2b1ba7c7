import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const dir = mkdtempSync(join(tmpdir(), "gumshoe-cli-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Ran = { code: number; out: string; err: string };

/** Run the command as a user would. */
function gumshoe(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["src/gumshoe.js", ...args], { maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, out, err });
    });
  });
}

const founding = "lab/cases/lightsail-disk-queue";

describe("gumshoe replay", () => {
  test("names the founding incident's cause in words", async () => {
    const { code, out } = await gumshoe("replay", founding);
    expect(code).toBe(0);
    expect(out).toContain("ROOT CAUSE  The database's disk cannot keep up");
    expect(out).toMatch(/s = 30 s gunicorn's time-out .* \+ 1 s until the worker was gone/);
    for (const look of ["Caddy's access log", "WORKER TIMEOUT", "Kernel OOM", "Database connect", "Disk queue depth"])
      expect(out).toContain(look);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(out).not.toContain("\u001b");
  });

  test("prints one JSON object with the documented keys", async () => {
    const { out } = await gumshoe("replay", founding, "--json");
    const json = JSON.parse(out) as Record<string, unknown>;
    expect(json).toMatchObject({ verdict: "root-cause", rootCauses: ["db-disk-saturated"] });
    expect((json["chain"] as string[])[0]).toBe("db-disk-saturated");
    expect(json["causes"]).toContainEqual(
      expect.objectContaining({ id: "db-disk-saturated", state: "confirmed", against: [], unknown: [] }),
    );
    expect(json["steps"]).toContainEqual({ id: "db-connect", host: "local", finding: "facts", whole: true, because: null });
    expect(json["steps"]).toContainEqual({
      id: "vmstat",
      host: "local",
      finding: "unknown",
      whole: false,
      because: "the step was not run",
    });
  });

  test("reads two hosts, names the one that it holds on, and says that the third did not answer", async () => {
    const several = join(dir, "several");
    cpSync("test/fixtures/cases/app-oom-a", several, { recursive: true });
    cpSync(join(several, "evidence"), join(several, "hosts/web-1/evidence"), { recursive: true });
    cpSync("test/fixtures/cases/healthy-a/evidence", join(several, "hosts/web-2/evidence"), { recursive: true });
    const { out } = await gumshoe("replay", several);
    expect(out).toContain("on web-1 (1 of 2 hosts)");
  });

  test("says what a case is when there is none, with exit code 1", async () => {
    expect(await gumshoe("replay", dir)).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/^gumshoe: reading .*case\.json: there is no such file; a case is a folder/),
    });
  });

  test("says where a case.json is wrong", async () => {
    writeFileSync(join(dir, "case.json"), '{"name": "x", "at": "yesterday"}');
    expect(await gumshoe("replay", dir)).toMatchObject({ code: 1, err: expect.stringContaining("case.json: at:") });
    rmSync(join(dir, "case.json"));
  });
});

describe("gumshoe score", () => {
  test("is right on the cases that ship with it", async () => {
    expect(await gumshoe("score", "lab/cases")).toMatchObject({ code: 0, out: expect.stringContaining("1 of 1 cases right (100 %)") });
  });

  test("ends with exit code 1 below 100 %, with what was got and expected", async () => {
    const wrong = join(dir, "wrong");
    cpSync(founding, wrong, { recursive: true });
    const file = JSON.parse(readFileSync(join(wrong, "case.json"), "utf8")) as { expected: unknown };
    file.expected = { verdict: "healthy", rootCauses: [], notConfirmed: [] };
    writeFileSync(join(wrong, "case.json"), JSON.stringify(file));
    expect(await gumshoe("score", wrong, founding)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/WRONG .*got db-disk-saturated, expected healthy[^]*1 of 2 cases right \(50 %\)/),
    });
  });

  test("says so when there is nothing to score", async () => {
    expect(await gumshoe("score", "docs")).toMatchObject({ code: 1, err: expect.stringContaining("there is no case below these folders") });
  });
});

describe("gumshoe runbook", () => {
  test("check finds nothing wrong with the runbooks that ship", async () => {
    expect(await gumshoe("runbook", "check")).toMatchObject({ code: 0, out: expect.stringContaining("web-errors: ") });
  });

  test("check stops at a misspelt fact with its place", async () => {
    const books = join(dir, "books");
    cpSync("runbooks", books, { recursive: true });
    const causes = readFileSync(join(books, "causes-database.yml"), "utf8");
    writeFileSync(join(books, "causes-database.yml"), causes.replace("ruled_out: diskCalm", "ruled_out: metrics.diskQue < 2"));
    const { code, err } = await gumshoe("runbook", "check", books);
    expect(code).toBe(1);
    expect(err).toMatch(/causes-database\.yml:\d+:\d+: No such key: diskQue \(did you mean `metrics\.diskQueue`\?\)/);
  });

  test("show draws the causes and what they lead to", async () => {
    expect((await gumshoe("runbook", "show")).out).toContain("→ db-connect-slow");
    expect((await gumshoe("runbook", "show", "--mermaid")).out).toMatch(/^flowchart LR\n[^]*db_disk_saturated --> db_connect_slow/);
  });

  test("schema writes what the repository holds", async () => {
    const schemas = join(dir, "schemas");
    await gumshoe("runbook", "schema", schemas);
    for (const name of ["steps", "causes", "runbook"]) {
      expect(readFileSync(`docs/schema/${name}.schema.json`, "utf8")).toBe(readFileSync(join(schemas, `${name}.schema.json`), "utf8"));
    }
  });
});

describe("the command line", () => {
  test.each([[], ["diagnose"], ["record"], ["replay"], ["score"], ["runbook"], ["runbook", "check"]])("%s has help", async (...verb) => {
    const { code, out } = await gumshoe(...verb, "--help");
    expect(code).toBe(0);
    expect(out).toContain("Usage: gumshoe");
  });

  test("tells it in Korean where it is asked to, before or after the verb", async () => {
    for (const args of [
      ["--language", "ko", "replay", founding],
      ["replay", founding, "--language", "ko"],
    ]) {
      const { code, out } = await gumshoe(...args);
      expect(code).toBe(0);
      expect(out).toContain("근본 원인  데이터베이스 디스크가 부하를 감당하지 못함  db-disk-saturated");
    }
    expect(await gumshoe("score", "lab/cases", "--language", "ko")).toMatchObject({
      code: 0,
      out: expect.stringContaining("사례 1개 중 1개 정답(100%)"),
    });
    expect(await gumshoe("score", "docs", "--language", "ko")).toMatchObject({
      code: 1,
      err: expect.stringContaining("이 폴더 아래에 사례가 없습니다"),
    });
  });

  test("a language that it does not speak is refused with those it does", async () => {
    const { code, err } = await gumshoe("replay", founding, "--language", "fr");
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("Allowed choices are en, ko.") });
    expect((await gumshoe("--help")).out).toMatch(/--language <language>\s+the language of what is told/);
  });

  test("an environment that is not there is answered with those that are", async () => {
    const config = join(dir, "gumshoe.yml");
    writeFileSync(
      config,
      "environments:\n  prod:\n    hosts: [local]\n    caddy: { accessLog: /var/log/caddy/access.log }\n    database: { host: db }\n",
    );
    expect(await gumshoe("diagnose", "prd", "--config", config)).toMatchObject({
      code: 1,
      err: 'gumshoe: there is no environment "prd"; gumshoe.yml names prod\n',
    });
    expect(await gumshoe("diagnose", "prod", "--config", config, "--now", "noon")).toMatchObject({
      code: 1,
      err: expect.stringContaining("write it as 2026-11-23T03:00:00Z"),
    });
    expect(await gumshoe("diagnose", "prod", "--config", config, "--runbook", "web")).toMatchObject({
      code: 1,
      err: expect.stringContaining("there are web-errors"),
    });
    const printed = await gumshoe("diagnose", "prod", "--config", config, "--print-script");
    expect(printed.out).toMatch(/^#!\/bin\/sh|^#/);
  });

  test("a configuration with faults stops with each of them", async () => {
    const config = join(dir, "faulty.yml");
    writeFileSync(config, "environments:\n  prod:\n    hosts: []\n    databse: {}\n");
    const { code, err } = await gumshoe("diagnose", "prod", "--config", config);
    expect(code).toBe(1);
    expect(err.trim().split("\n").length).toBeGreaterThanOrEqual(3);
    expect(err).toContain("faulty.yml:4:5: `databse` is not a key here");
  });
});
