import { describe, expect, it } from "vitest";
import { unitStatus } from "../../../../src/evidence/parse/app/unit-status.ts";
import { parsed, readingAt } from "./readings.ts";

const reading = readingAt("2026-11-22T13:10:00Z");
const status = (active: string, ...more: readonly string[]) =>
  `● gunicorn.service - gunicorn daemon\n     Loaded: loaded (/etc/systemd/system/gunicorn.service; enabled)\n     Active: ${active}\n${more.join("\n")}\n`;
const factsOf = (text: string) => parsed(unitStatus, text, reading).facts;

describe("systemctl status", () => {
  it("of a running unit gives state, age, tasks and memory", () => {
    const facts = factsOf(
      status(
        "active (running) since Sun 2026-11-22 13:00:00 UTC; 10min ago",
        "   Main PID: 272 (python3)",
        "      Tasks: 4 (limit: 538)",
        "     Memory: 30.8M (peak: 40M)",
      ),
    );
    expect(facts).toMatchObject({
      state: "active",
      subState: "running",
      running: true,
      stopped: false,
      failedExit: false,
      tasks: 4,
      memoryBytes: 32_296_141,
    });
    expect(facts["sinceMs"]).toBe(Date.parse("2026-11-22T13:00:00Z"));
  });

  it("of a unit stopped in order shows no failure", () => {
    const facts = factsOf(
      status("inactive (dead) since Sun 2026-11-22 13:09:00 UTC; 17s ago", "   Main PID: 366 (code=exited, status=0/SUCCESS)"),
    );
    expect(facts).toMatchObject({
      state: "inactive",
      running: false,
      stopped: true,
      failedExit: false,
      killedBySignal: false,
      exitStatus: 0,
    });
  });

  it("of a unit that could not boot shows the exit and, from its newest lines, the reason", () => {
    const facts = factsOf(
      status(
        "failed (Result: exit-code) since Sun 2026-11-22 13:09:00 UTC; 15s ago",
        "   Main PID: 2585 (code=exited, status=3/NOTIMPLEMENTED)",
        "",
        "Nov 22 13:09:00 h-1 python3[2585]: gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
        "Nov 22 13:09:00 h-1 systemd[1]: gunicorn.service: Failed with result 'exit-code'.",
      ),
    );
    expect(facts).toMatchObject({
      state: "failed",
      result: "exit-code",
      exitStatus: 3,
      failedExit: true,
      bootError: true,
      stopped: true,
      oomKilled: false,
    });
  });

  it("of a unit in a restart loop shows that it restarts, and how often", () => {
    const facts = factsOf(
      status(
        "activating (auto-restart) (Result: signal) since Sun 2026-11-22 13:09:00 UTC; 1s ago",
        "   Main PID: 9 (code=killed, signal=KILL)",
        "",
        "Nov 22 13:09:00 h-1 systemd[1]: gunicorn.service: Scheduled restart job, restart counter is at 7.",
      ),
    );
    expect(facts).toMatchObject({
      state: "activating",
      autoRestarting: true,
      killedBySignal: true,
      restarts: 7,
      result: "signal",
      running: false,
      stopped: false,
    });
  });

  it("takes an OOM kill from an earlier incident for history", () => {
    const line = (time: string) =>
      status(
        "active (running) since Sun 2026-11-22 11:00:00 UTC; 2h ago",
        "",
        `Nov 22 ${time} h-1 systemd[1]: gunicorn.service: A process of this unit has been killed by the OOM killer.`,
      );
    expect(factsOf(line("11:00:00"))["oomKilled"]).toBe(false);
    expect(factsOf(line("13:05:00"))["oomKilled"]).toBe(true);
  });

  it("of a unit that does not exist says so", () => {
    expect(factsOf("Unit nosuch.service could not be found.\n")).toMatchObject({ state: "not-found", notFound: true, running: false });
  });

  it("cut before the state is not whole and claims no state", () => {
    const result = parsed(
      unitStatus,
      "● gunicorn.service - gunicorn daemon\n   Main PID: 2585 (code=exited, status=3/NOTIMPLEMENTED)\n",
      reading,
    );
    expect(result.whole).toBe(false);
    expect(result.facts).not.toHaveProperty("running");
    expect(result.facts).not.toHaveProperty("stopped");
  });

  it("that could not reach systemd is no status", () => {
    expect(unitStatus.parse("Failed to connect to bus: No such file or directory\n", reading)).toBeUndefined();
  });
});

describe("systemctl show and is-active", () => {
  it("give the same facts", () => {
    const shown =
      "Result=oom-kill\nNRestarts=2\nExecMainCode=2\nExecMainStatus=9\nMemoryCurrent=[not set]\nLoadState=loaded\nActiveState=failed\nSubState=failed\nStateChangeTimestamp=Sun 2026-11-22 13:05:40 UTC\n";
    expect(factsOf(shown)).toMatchObject({
      state: "failed",
      oomKilled: true,
      killedBySignal: true,
      restarts: 2,
      stopped: true,
      sinceMs: Date.parse("2026-11-22T13:05:40Z"),
    });
    expect(factsOf(shown)).not.toHaveProperty("memoryBytes");
    expect(factsOf("inactive\n")).toMatchObject({ state: "inactive", stopped: true });
  });
});
