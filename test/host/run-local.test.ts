import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runLocal } from "../../src/host/run-local.ts";
import { compileHostScript } from "../../src/runbook/host-script.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-local-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function until(claim: () => boolean): Promise<void> {
  while (!claim()) await pause(20);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const pidIn = (name: string) => Number(readFileSync(join(folder, name), "utf8"));

it("tells what a script printed and how it ended", async () => {
  expect(await runLocal("echo out; echo err >&2; exit 3", { timeoutMs: 9000 })).toMatchObject({
    output: "out\n",
    exitCode: 3,
    ended: "by-itself",
  });
  expect(await runLocal("kill -9 $$", { timeoutMs: 9000 })).toMatchObject({ output: "", exitCode: 137 });
});

it("runs a script that is longer than any argument may be", async () => {
  const script = `: '${"long ".repeat(400_000)}'\necho end\n`;
  expect((await runLocal(script, { timeoutMs: 20_000 })).output).toBe("end\n");
});

it("finds programs by the PATH it is given", async () => {
  expect(await runLocal("ls /", { timeoutMs: 9000, path: "/nonexistent" })).toMatchObject({ exitCode: 127 });
});

it("ends a script that takes too long, with everything that it started, even what ignores being asked", async () => {
  const script = `sh -c 'trap "" TERM; echo $$ >${folder}/child; while :; do sleep 1; done' & echo begun; wait`;
  const run = await runLocal(script, { timeoutMs: 3_000 });
  expect(run).toMatchObject({ output: "begun\n", ended: "time-out" });
  await until(() => !runs(pidIn("child")));
});

it.each([0, 1, 2])("leaves no folder and no process of a host script behind when it is aborted (%i)", async (n) => {
  const steps = ["a", "b", "c"].map((id) => ({
    id,
    timeoutS: 30,
    outputChars: 1000,
    keep: "newest" as const,
    run: `pwd >${folder}/${id}.where; echo $$ >${folder}/${id}; sleep 30 & echo $! >${folder}/${id}.nap; wait`,
  }));
  const ending = new AbortController();
  const running = runLocal(compileHostScript({ steps, values: {} }), { timeoutMs: 25_000, signal: ending.signal });
  await until(() =>
    steps.slice(n).every(({ id }) => existsSync(join(folder, `${id}.nap`)) && readFileSync(join(folder, `${id}.nap`), "utf8") !== ""),
  );
  ending.abort();
  expect(await running).toMatchObject({ output: "", ended: "abort", exitCode: 143 });
  for (const { id } of steps.slice(n)) {
    expect(existsSync(readFileSync(join(folder, `${id}.where`), "utf8").trim())).toBe(false);
    await until(() => !runs(pidIn(id)) && !runs(pidIn(`${id}.nap`)));
  }
});

it("does not start what was aborted before", async () => {
  const run = await runLocal(`sleep 1; touch ${folder}/ran`, { timeoutMs: 9000, signal: AbortSignal.abort() });
  expect(run.ended).toBe("abort");
  expect(existsSync(join(folder, "ran"))).toBe(false);
});
