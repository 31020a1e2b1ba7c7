import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { virtualClock } from "../../lab/clock.ts";
import { ask } from "../../src/aws/ask.ts";
import { assumedRole } from "../../src/aws/role.ts";
import { tellBecause, Unseen } from "../../src/words/because.ts";
import { reasonsEn } from "../../src/words/reasons-en.ts";
import { account, callsOf, meanwhile, node, type Account } from "./account.ts";

const ROLE = "arn:aws:iam::111122223333:role/gumshoe-diagnose";
const look = async ({ access }: Account, signal = new AbortController().signal) =>
  ask(access, access.open(SSMClient), new DescribeInstanceInformationCommand({}), { signal });

/** The words of why a call failed. */
const wordsOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "it did not fail",
    (error: unknown) => (error instanceof Unseen ? tellBecause(reasonsEn, error.because) : String(error)),
  );

test("a role is assumed once for all calls, under a name that the account's own log shows", async () => {
  const from = await account({ nodes: [node("web-1")] }, { role: ROLE });
  await Promise.all([look(from), look(from)]);
  await look(from);
  expect(callsOf(from, "AssumeRole").map(({ input }) => input)).toEqual([{ RoleArn: ROLE, RoleSessionName: "gumshoe-diagnose" }]);
  expect(new Set(callsOf(from, "DescribeInstanceInformation").map(({ principal }) => principal))).toEqual(
    new Set(["arn:aws:sts::111122223333:assumed-role/gumshoe-diagnose/gumshoe-diagnose"]),
  );
});

test("the credentials of a role are fetched again before they end", async () => {
  const clock = virtualClock(new Date());
  const from = await account({}, { clock });
  const requestHandler = { connectionTimeout: 2_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
  const credentials = assumedRole(ROLE, { region: from.access.region, maxAttempts: 1, requestHandler }, clock);
  const first = await credentials();
  await clock.advance(50 * 60_000);
  expect(await credentials()).toBe(first);
  await clock.advance(6 * 60_000);
  expect((await credentials()).accessKeyId).not.toBe(first.accessKeyId);
  expect(callsOf(from, "AssumeRole")).toHaveLength(2);
});

test("a role that may not be assumed is what every call says", async () => {
  const from = await account({ roles: [] }, { role: ROLE });
  expect(await wordsOf(look(from))).toBe(`the role lacks sts:AssumeRole on ${ROLE}`);
  expect(callsOf(from, "DescribeInstanceInformation")).toEqual([]);
});

test("a read is repeated while it is throttled or unanswered, and then said to be", async () => {
  const clock = virtualClock(new Date());
  const throttled = await account({}, { clock });
  throttled.aws.faults.add({ operation: "DescribeInstanceInformation", kind: "throttle", times: 3 });
  await meanwhile(clock, look(throttled));
  for (const [kind, words] of [
    ["throttle", "SSM throttles our calls, and went on doing so"],
    ["hang", /^SSM did not answer within \d+ s$/],
    ["http-503", /^SSM refused: /],
    ["access-denied", /^the role lacks ssm:DescribeInstanceInformation/],
  ] as const) {
    // What is answered has its time; only what never is, is given up soon.
    const from = await account({}, { clock, requestMs: kind === "hang" ? 300 : 10_000 });
    from.aws.faults.add({ operation: "DescribeInstanceInformation", kind });
    expect(await wordsOf(meanwhile(clock, look(from)))).toMatch(words);
    expect(callsOf(from, "DescribeInstanceInformation")).toHaveLength(kind === "access-denied" ? 1 : 5);
  }
});

test("a limit of time that ends a throttled call says that it was throttled", async () => {
  const clock = virtualClock(new Date());
  const from = await account({}, { clock });
  from.aws.faults.add({ kind: "throttle" });
  const limit = new AbortController();
  const words = wordsOf(look(from, limit.signal));
  // Once it asks again, the first answer was heard.
  while (callsOf(from, "DescribeInstanceInformation").length < 2) {
    await clock.advance(100);
    await turn();
  }
  limit.abort(new DOMException("too late", "TimeoutError"));
  expect(await words).toBe("SSM throttles our calls, and went on doing so");
  expect(callsOf(from, "DescribeInstanceInformation")).toHaveLength(2);
  expect(await wordsOf(look(from, AbortSignal.abort(new Error("stopped"))))).toBe("Error: stopped");
});

test("without credentials the reason is that there are none", async () => {
  const from = await account({});
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  expect(await wordsOf(look(from))).toBe("there are no AWS credentials");
});
