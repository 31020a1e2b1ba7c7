import { createHmac } from "node:crypto";
import { LIMITS } from "../../../src/slack/contract/limits.ts";
import { DispatchFailed, type Envelope, type Transport } from "./envelope.ts";

/** Slack's signature of a request: over its version, its time in seconds, and the raw body. */
function signatureOf(secret: string, seconds: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex")}`;
}

/** HTTP mode: every envelope is a signed POST to the app's request URL; 200 in time is the acknowledgement. */
export function createSignedHttp(secret: string, requestUrl: () => string | undefined): Transport {
  return async (envelope, { signal, signature }) => {
    const url = requestUrl();
    if (url === undefined) throw new DispatchFailed("the app has no request URL");
    const { body, contentType } = bodyOf(envelope);
    const again = envelope.retry
      ? { "x-slack-retry-num": String(envelope.retry.attempt), "x-slack-retry-reason": `http_${envelope.retry.reason}` }
      : {};
    const headers = { "content-type": contentType, ...again, ...signed(secret, body, signature) };
    return answerOf(await post(url, { headers, body, signal }));
  };
}

/** Whether what listens at a URL answers Slack's challenge in time, without which Slack takes no request URL. */
export async function answersChallenge(secret: string, url: string, patienceMs: number): Promise<boolean> {
  const challenge = crypto.randomUUID();
  const body = JSON.stringify({ token: "lab", challenge, type: "url_verification" });
  const headers = { "content-type": "application/json", ...signed(secret, body) };
  const answer = await post(url, { headers, body, signal: AbortSignal.timeout(patienceMs) }).catch(() => "");
  return answer.includes(challenge);
}

/** The headers of a request from Slack. Their time is the machine's, as the app checks it against its own. */
function signed(secret: string, body: string, signature?: "wrong" | "old"): Record<string, string> {
  const at = Date.now() - (signature === "old" ? 2 * LIMITS.delivery.signatureMs : 0);
  const seconds = String(Math.floor(at / 1000));
  return {
    "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "x-slack-request-timestamp": seconds,
    "x-slack-signature": signatureOf(signature === "wrong" ? `${secret}-not` : secret, seconds, body),
  };
}

async function post(url: string, request: { headers: Record<string, string>; body: string; signal: AbortSignal }): Promise<string> {
  try {
    const response = await fetch(url, { method: "POST", redirect: "manual", ...request });
    const text = await response.text();
    if (response.ok) return text;
    throw new DispatchFailed(`the app answered ${response.status}`);
  } catch (error) {
    if (error instanceof DispatchFailed) throw error;
    throw new DispatchFailed("the app could not be reached", { cause: error });
  }
}

/** Commands are forms, interactions a form with one JSON field, events JSON. */
function bodyOf({ type, payload }: Envelope): { body: string; contentType: string } {
  if (type === "events_api") return { body: JSON.stringify(payload), contentType: "application/json" };
  const fields = type === "slash_commands" ? (payload as Record<string, string>) : { payload: JSON.stringify(payload) };
  return { body: new URLSearchParams(fields).toString(), contentType: "application/x-www-form-urlencoded" };
}

function answerOf(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { text };
  }
}
