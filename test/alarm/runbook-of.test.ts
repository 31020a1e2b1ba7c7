import { expect, test } from "vitest";
import { runbookOf, type Runbooks } from "../../src/alarm/runbook-of.ts";
import { checkAlarm } from "../../src/alarm/read/check-alarm.ts";
import { changed, madeAlarm } from "./made-alarms.ts";

const library: Runbooks = {
  runbooks: new Map([
    ["first", { alarms: [{ metric: "CPUUtilization" }] }],
    ["second", { alarms: [{ metric: "CPUUtilization" }, { metric: "Backlog", namespace: "Shop" }] }],
    ["own", { alarms: [] }],
  ]),
};
const of = (metric: string, namespace: string, own = "own") => runbookOf(madeAlarm({ metric, namespace }), { runbook: own }, library);

test("an alarm is looked into by the runbook that names its metric", () => {
  expect(of("Backlog", "Shop")).toBe("second");
});
test("of several the environment's own comes first, then the library's order", () => {
  expect(of("CPUUtilization", "AWS/EC2")).toBe("first");
  expect(of("CPUUtilization", "AWS/EC2", "second")).toBe("second");
});
test("another namespace's metric of that name is another metric", () => {
  expect(of("Backlog", "AWS/SQS")).toBe("own");
});
test("without such a runbook it is the environment's own", () => {
  expect(of("Unheard", "Of")).toBe("own");
});
test("a scheduled look says by which it is, as far as there is such a one", () => {
  const check = (runbook: string) =>
    checkAlarm({ environment: "prod", cron: "* * * * *", runbook, state: "alarm", at: changed, reason: "" });
  expect(runbookOf(check("second"), { runbook: "own" }, library)).toBe("second");
  expect(runbookOf(check("gone"), { runbook: "own" }, library)).toBe("own");
});
