import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFrames } from "../../src/evidence/frames.ts";
import { runLocal } from "../../src/host/run-local.ts";
import { compileHostScript } from "../../src/runbook/host-script.ts";

type Look = Parameters<typeof compileHostScript>[0]["steps"][number];
type Values = Parameters<typeof compileHostScript>[0]["values"];

const look = (id: string, run: string, more: Partial<Look> = {}): Look => ({
  id,
  run,
  timeoutS: 20,
  outputChars: 200_000,
  keep: "newest",
  ...more,
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "host-script-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(steps: readonly Look[], values: Values = {}, limitChars?: number) {
  const script = compileHostScript({ steps, values, ...(limitChars === undefined ? {} : { limitChars }) });
  const { output } = await runLocal(script, { timeoutMs: 100_000 });
  return { output, frames: readFrames(output) };
}

describe("what reaches the host", () => {
  it("ships a step's text byte for byte, whatever stands in it", async () => {
    const text = `cat -- "$GUMSHOE_STEP.sh"\nexit 0\n'"\\ $(touch ${folder}/ran) \`id\` $HOME\n#end of self\n#:looks\n\tEOF\n`;
    const { frames } = await run([look("self", text)]);
    expect(frames.steps.get("self")?.text).toBe(text);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    "it's",
    "a'; touch ran; '",
    "$(touch ran)",
    "`touch ran`",
    "two\nlines\n#end of value",
    '"; touch ran; "',
    "-n",
    "\\",
    "'\\''",
    "  ",
    "*",
    "한국어",
  ])("hands over the value %j as it is and runs nothing of it", async (value) => {
    const { frames } = await run([look("value", `cd ${folder}; printf '%s.' "$CADDY_LOG"`)], { caddyLog: value });
    expect(frames.steps.get("value")?.text).toBe(`${value}.`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not let a variable of the host stand in for a value that is not configured", async () => {
    const script = compileHostScript({ steps: [look("value", 'echo "${DB_HOST-unset} ${GUMSHOE_STEP}"')], values: {} });
    const output = execFileSync("sh", ["-c", script], {
      env: { PATH: "/usr/bin:/bin", DB_HOST: "elsewhere", GUMSHOE_STEP: "x" },
    }).toString();
    expect(readFrames(output).steps.get("value")?.text).toBe("unset value\n");
  });

  it("is the same script for the same steps and values", () => {
    const input = { steps: [look("a", "date"), look("b", "uptime", { timeoutS: 9 })], values: { dbHost: "db" } };
    expect(compileHostScript(input)).toBe(compileHostScript(input));
  });

  it("refuses steps that it cannot ship as they are", () => {
    const compile = (...steps: Look[]) => compileHostScript({ steps, values: {} });
    expect(() => compile(look("a b", "date"))).toThrow(/no plain word/);
    expect(() => compile(look("a", "da\0te"))).toThrow(/NUL/);
    expect(() => compile(look("a", "date", { timeoutS: 0 }))).toThrow(/limits/);
    expect(() => compile(look("a", "date"), look("a", "date"))).toThrow(/twice/);
    expect(() => compileHostScript({ steps: [], values: { path: "/evil" } as Values })).toThrow(/no step knows/);
    expect(() => compileHostScript({ steps: [], values: {}, limitChars: 100 })).toThrow(/4000/);
  });

  it("does nothing at all when its own text was cut on the way", () => {
    const script = compileHostScript({ steps: [look("a", `touch ${folder}/ran`)], values: {} });
    for (let length = 0; length < script.length - 8; length += 997) {
      writeFileSync(join(folder, "script"), script.slice(0, length));
      expect(spawnSync("sh", [join(folder, "script")], { encoding: "utf8" }).stdout).toBe("");
    }
    expect(readdirSync(folder)).toEqual(["script"]);
  });
});

describe.each(["dash", "bash"].filter((shell) => existsSync(`/bin/${shell}`)))("under %s", (shell) => {
  const framesOf = (steps: readonly Look[]) =>
    readFrames(
      execFileSync(shell, ["-c", compileHostScript({ steps, values: {} })], { env: { PATH: "/usr/bin:/bin" }, stdio: "pipe" }).toString(),
    );

  it("tells how each step ended and what it printed", () => {
    const { steps, whole } = framesOf([
      look("well", "echo fine"),
      look("silent", ":"),
      look("refused", "echo half; echo 'permission denied' >&2; exit 3"),
      look("missing", "no-such-program-here"),
      look("slow", "echo begun; sleep 20; echo never", { timeoutS: 3 }),
      look("stubborn", "trap '' TERM; echo begun; while :; do sleep 1; done", { timeoutS: 3 }),
      look("open", "printf 'a\\nhalf a li'"),
    ]);
    expect(whole).toBe(true);
    expect(steps.get("well")).toMatchObject({ text: "fine\n", exitCode: 0, whole: true, timedOut: false, cutBytes: 0 });
    expect(steps.get("silent")).toMatchObject({ text: "", exitCode: 0, whole: true });
    expect(steps.get("refused")).toMatchObject({ text: "half\n--- standard error ---\npermission denied\n", exitCode: 3, whole: true });
    expect(steps.get("missing")?.exitCode).toBe(127);
    expect(steps.get("slow")).toMatchObject({ text: "begun\n", exitCode: 124, whole: false, timedOut: true });
    expect(steps.get("stubborn")).toMatchObject({ timedOut: true, whole: false });
    expect(steps.get("open")?.text).toBe("a\nhalf a li");
  });

  it("removes its folder", () => {
    const where =
      framesOf([look("where", "pwd")])
        .steps.get("where")
        ?.text.trim() ?? "";
    expect(where).toMatch(/\/gumshoe\.\w+$/);
    expect(existsSync(where)).toBe(false);
  });
});

describe("limits", () => {
  it("stays within 24,000 characters with forty steps of noise, and no step goes missing", async () => {
    const steps = Array.from({ length: 40 }, (_, n) =>
      look(`noise-${n}`, "head -c 30000 /dev/urandom; echo; echo the end", { timeoutS: 20 }),
    );
    const { output, frames } = await run(steps);
    expect(output.length).toBeLessThanOrEqual(24_000);
    expect([...frames.steps.keys()]).toEqual(steps.map((step) => step.id));
    expect([...frames.steps.values()].every((frame) => !frame.whole && frame.cutBytes > 25_000)).toBe(true);
  });

  it("cuts the largest texts first, keeps their newest lines, and uses the room there is", async () => {
    const log = 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); echo "line $i $((i * 7919 % 104729)) $((i * i % 99991))"; done';
    const { output, frames } = await run([
      look("log", log, { outputChars: 900_000, timeoutS: 20 }),
      look("table", "seq 1 800"),
      look("small", "echo ok"),
    ]);
    expect(output.length).toBeGreaterThan(21_000);
    const lines = frames.steps.get("log")?.text.trimEnd().split("\n") ?? [];
    expect(lines.at(-1)).toMatch(/^line 30000 /);
    expect(lines[0]).toMatch(/^line \d+ \d+ \d+$/);
    expect(frames.steps.get("log")).toMatchObject({ whole: false, kept: "newest" });
    expect(frames.steps.get("table")).toMatchObject({ whole: true, cutBytes: 0 });
    expect(frames.steps.get("small")).toMatchObject({ whole: true });
  });

  it("keeps the end that a step asks for, in whole lines, and says that the rest is gone", async () => {
    const { frames } = await run([
      look("old", "seq 1 9999", { keep: "oldest", outputChars: 1000 }),
      look("new", "seq 1 9999", { outputChars: 1000 }),
    ]);
    expect(frames.steps.get("old")).toMatchObject({ exitCode: 0, whole: false, kept: "oldest" });
    expect(frames.steps.get("old")?.text).toMatch(/^1\n2\n[\d\n]*\n\d+\n$/);
    expect(frames.steps.get("new")?.text).toMatch(/^\d{4}\n[\d\n]*\n9999\n$/);
  });

  it("goes on without a step that its limit cannot end", async () => {
    const { frames } = await run([
      look("stuck", "setsid sleep 12 & echo begun", { timeoutS: 1 }),
      look("well", "echo fine", { timeoutS: 5 }),
    ]);
    expect(frames.steps.get("stuck")).toMatchObject({ timedOut: true, whole: false, text: "" });
    expect(frames.steps.get("well")).toMatchObject({ text: "fine\n", whole: true });
  });

  it("shortens long lines and says so, and keeps the lines after them", async () => {
    const { frames } = await run([look("long", "head -c 100000 /dev/zero | tr '\\0' x; echo; echo after")]);
    const frame = frames.steps.get("long");
    expect(frame?.text).toBe(`${"x".repeat(4000)}\nafter\n`);
    expect(frame?.clippedBytes).toBeGreaterThan(10_000);
  });

  it("leaves headers that nobody reads out of proxy log lines before it cuts lines", async () => {
    const line = `{"logger":"http.log.access.log0","msg":"handled request","request":{"uri":"/a/'"$i"'","headers":{"Accept":["'"$((i * 104729 % 999983)) $((i * 31337 % 999979))"'"],"User-Agent":["curl/8"]},"tls":{"resumed":false,"id":'"$((i * 7919 % 99991))"'}},"duration":0.'"$i"',"status":200,"resp_headers":{"Etag":["'"$((i * 65537 % 999961)) $((i * 48271 % 999959))"'"]}}`;
    const { frames } = await run([
      look("access", `i=0; while [ $i -lt 2500 ]; do i=$((i+1)); echo '${line}'; done`, { outputChars: 900_000, timeoutS: 20 }),
    ]);
    const lines = frames.steps.get("access")?.text.trimEnd().split("\n") ?? [];
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
      logger: "http.log.access.log0",
      msg: "handled request",
      duration: expect.any(Number) as unknown,
      status: 200,
      request: { uri: "/a/2500", headers: { "User-Agent": ["curl/8"] } },
    });
    expect(lines.length).toBeGreaterThan(1500);
  });
});
