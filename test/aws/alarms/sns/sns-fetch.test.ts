import { expect, test } from "vitest";
import { snsFetch } from "../../../../src/aws/alarms/sns/sns-fetch.ts";

const asked = async (endpoint: string | undefined, address: string | URL) => {
  const told: string[] = [];
  const fetch = snsFetch(endpoint, async (url) => {
    told.push(url instanceof Request ? url.url : String(url));
    return new Response();
  });
  await fetch(address, { redirect: "error" });
  return told[0];
};

test("what is SNS's own is asked at the configured endpoint, and nothing else is", async () => {
  const page = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=1";
  expect(await asked(undefined, page)).toBe(page);
  expect(await asked("", page)).toBe(page);
  expect(await asked("http://127.0.0.1:4566", new URL(page))).toBe("http://127.0.0.1:4566/?Action=ConfirmSubscription&Token=1");
  expect(await asked("http://127.0.0.1:4566", "http://crt.r2m01.amazontrust.com/r2m01.cer")).toBe(
    "http://crt.r2m01.amazontrust.com/r2m01.cer",
  );
});
