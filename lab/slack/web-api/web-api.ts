import type { IncomingMessage, ServerResponse } from "node:http";
import { METHODS, scopesFor, type Method } from "../../../src/slack/contract/scopes.ts";
import type { ApiCall, Backstage } from "../backstage.ts";
import type { CallFault } from "../faults.ts";
import { checkScopes, checkToken, grantedScopes, tokenOf } from "./access.ts";
import { ApiError, bodyOf, decode, textOf, type Args } from "./arguments.ts";
import { methods } from "./methods/methods.ts";
import { createRates, type Rates } from "./rates.ts";

type Answer = { status: number; body: Record<string, unknown>; headers?: Record<string, string> };
type Exchange = { request: IncomingMessage; response: ServerResponse };

/** Serves `/api/<method>` as Slack does: the token, its scopes, the rate limits, then the method; a fault may come first or last. */
export function createWebApi(backstage: Backstage): (exchange: Exchange, url: URL) => Promise<void> {
  const rates = createRates(backstage.clock);
  return async (exchange, url) => {
    const method = url.pathname.slice("/api/".length);
    const call: ApiCall = { method, args: {}, token: "none", at: backstage.clock.now(), status: 0 };
    backstage.calls.push(call);
    const decoded = await argsOf(exchange.request, url);
    const args = decoded instanceof ApiError ? {} : decoded;
    const token = tokenOf(exchange.request.headers.authorization, args, backstage);
    Object.assign(call, { args: withoutToken(args), token: token.kind });
    const fault = backstage.faults.ofCall(method, textOf(args, "channel") ?? textOf(args, "channel_id") ?? "");
    const early = fault && (await before(fault, exchange, backstage));
    if (early === "gone") return;
    const answer =
      early ??
      (await answered(() => {
        if (decoded instanceof ApiError) throw decoded;
        if (!isMethod(method)) throw new ApiError("unknown_method", { req_method: method });
        checkToken(method, token, backstage);
        return perform(method, args, backstage, rates);
      }));
    if (fault && !early && (await lost(fault, exchange, backstage))) return;
    const told = fault?.kind === "http-after" ? { status: fault.status ?? 500, body: {} } : answer;
    Object.assign(call, { status: told.status, ...(typeof answer.body["error"] === "string" ? { error: answer.body["error"] } : {}) });
    send(exchange.response, told, backstage, method);
  };
}

async function argsOf(request: IncomingMessage, url: URL): Promise<Args | ApiError> {
  try {
    const body = await bodyOf(request);
    return decode(url.searchParams, request.headers["content-type"] ?? "", body.toString());
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

async function answered(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: 200, body: { ok: false, error: error.message, ...error.extra } };
  }
}

async function perform(method: Method, args: Args, backstage: Backstage, rates: Rates): Promise<Answer> {
  const named = textOf(args, "channel");
  checkScopes(
    method,
    backstage.workspace.channels.find(({ id }) => id === named),
    backstage,
  );
  const waitS = rates.waitS(method, named ?? "");
  if (waitS > 0) return limited(waitS);
  return { status: 200, body: { ok: true, ...(await methods[method](args, backstage)) } };
}

function limited(waitS: number): Answer {
  return { status: 429, body: { ok: false, error: "ratelimited" }, headers: { "retry-after": String(waitS) } };
}

/** What a fault does before the method runs: an answer of its own, nothing, or the end of the exchange. */
async function before(fault: CallFault, exchange: Exchange, { clock, closing }: Backstage): Promise<Answer | "gone" | undefined> {
  if (fault.delayMs !== undefined) await clock.sleep(fault.delayMs, closing);
  switch (fault.kind) {
    case "rate-limited":
      return limited(fault.retryAfterS ?? 1);
    case "http-before":
      return { status: fault.status ?? 500, body: {} };
    case "refused":
      return { status: 200, body: { ok: false, error: fault.error } };
    case "reset-before":
      exchange.request.socket.destroy();
      return "gone";
    case "hang-before":
      await hang(exchange, closing);
      return "gone";
    case "http-after":
    case "reset-after":
    case "hang-after":
    case "slow":
      return undefined;
  }
}

/** Whether a fault loses the answer to a method that has run. */
async function lost(fault: CallFault, exchange: Exchange, { closing }: Backstage): Promise<boolean> {
  if (fault.kind === "reset-after") exchange.request.socket.destroy();
  if (fault.kind === "hang-after") await hang(exchange, closing);
  return fault.kind === "reset-after" || fault.kind === "hang-after";
}

/** Hold the exchange open until the caller gives up or the server stops. */
async function hang({ response }: Exchange, closing: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once("close", resolve);
    closing.addEventListener("abort", () => resolve(), { once: true });
  });
  response.destroy();
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(METHODS, name);
}

function withoutToken(args: Args): Args {
  return Object.fromEntries(Object.entries(args).filter(([name]) => name !== "token"));
}

function send(response: ServerResponse, { status, body, headers }: Answer, backstage: Backstage, method: string): void {
  const accepted = isMethod(method) ? scopesFor(method).join(",") : "";
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "x-oauth-scopes": grantedScopes(backstage).join(","),
    "x-accepted-oauth-scopes": accepted,
    ...headers,
  });
  response.end(JSON.stringify(body));
}
