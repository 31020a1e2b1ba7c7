import { expect, test } from "vitest";
import { readSeen, readSwitch } from "../../../src/aws/repairs/read-switch.ts";

test("an output that was cut, or does not tell all that it found, is not read", () => {
  const whole = "gumshoe:1 begin\nline.count=0\nresult=done\nreason=\ngumshoe:1 end\n";
  expect(readSwitch(whole)).toMatchObject({ result: "done" });
  expect(() => readSwitch(whole.replace("gumshoe:1 end\n", ""))).toThrow();
  expect(() => readSeen(whole)).toThrow();
  expect(() => readSwitch("gumshoe:1 failed: the SSM Agent is too old: 3.3\n")).toThrow(/agent/i);
  expect(readSwitch(whole.replace("done", "refused").replace("reason=", "reason=x is busy"))).toEqual({
    result: "failed",
    because: "x is busy",
  });
});
