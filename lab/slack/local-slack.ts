import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parse } from "yaml";
import { LIMITS } from "../../src/slack/contract/limits.ts";
import { checkManifest, type Manifest } from "../../src/slack/contract/manifest.ts";
import { realClock, type Clock } from "../clock.ts";
import type { ApiCall, Backstage, Tokens } from "./backstage.ts";
import { createBanner, type Banner } from "./banner.ts";
import { createDeliver } from "./delivery/deliver.ts";
import { createPublish } from "./delivery/events.ts";
import { createResponseUrls } from "./delivery/response-urls.ts";
import { answersChallenge, createSignedHttp } from "./delivery/signed-http.ts";
import { createSockets, type Sockets } from "./delivery/sockets.ts";
import { createTriggers } from "./delivery/triggers.ts";
import { createFaults, type SlackFaults } from "./faults.ts";
import { pageRoutes } from "./page-routes.ts";
import type { Offers } from "./page-state.ts";
import { createPeople, type Actions } from "./people.ts";
import { bodyOf } from "./web-api/arguments.ts";
import { receiveUpload } from "./web-api/methods/files.ts";
import { createWebApi } from "./web-api/web-api.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/** A running local Slack: where the app reaches it, with which tokens, who is in it, and what can go wrong. */
export type LocalSlack = {
  /** The page that people look at. */
  url: string;
  /** What the app is given as Slack's API, with a slash at its end. */
  apiUrl: string;
  tokens: Tokens;
  workspace: Workspace;
  people: Actions;
  calls: readonly ApiCall[];
  faults: SlackFaults;
  /** The bar above the page. */
  banner: Banner;
  /** Open sockets of the app, in Socket Mode. */
  sockets: () => number;
  /** Where signed requests go in HTTP mode, for an app that starts after the server; taken only from an app that answers the challenge. */
  setRequestUrl: (url: string) => Promise<boolean>;
  stop: () => Promise<void>;
};

type Options = {
  port?: number;
  /** The text of manifest.yml. */
  manifest: string;
  mode?: "socket" | "http";
  requestUrl?: string;
  clock?: Clock;
  /** How long it waits for an acknowledgement, and a trigger_id may be used: 3 s, unless a story is not about that. */
  patienceMs?: number;
};

/** Start a Slack of one workspace on the loopback interface, with the app of a manifest installed; a wrong manifest stops the start. */
export async function startLocalSlack({
  port = 0,
  manifest: text,
  mode = "socket",
  requestUrl,
  clock = realClock,
  patienceMs = LIMITS.delivery.ackMs,
}: Options): Promise<LocalSlack> {
  const manifest = checkManifest(parse(text));
  const server = createServer();
  // Longer than a client keeps a connection that it may use again: else it meets one that was closed just then.
  server.keepAliveTimeout = 60_000;
  const close = closerOf(server);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closing = new AbortController();
  const { backstage, sockets } = createStage({ manifest, mode, clock, url, closing: closing.signal, patienceMs });
  const { tokens, workspace, calls, faults } = backstage;
  let target = requestUrl;
  const http = createSignedHttp(tokens.signingSecret, () => target);
  const deliver = createDeliver({ ...backstage, transport: mode === "http" ? http : sockets.send, patienceMs });
  const people = createPeople({ ...backstage, deliver, publish: createPublish(deliver, backstage) });
  const banner = createBanner();
  server.on("request", createRoutes(backstage, pageRoutes({ workspace, people, offers: offersOf(manifest), banner })));
  server.on("upgrade", sockets.upgrade);
  const setRequestUrl = async (to: string) => {
    const taken = await answersChallenge(tokens.signingSecret, to, patienceMs);
    if (taken) target = to;
    return taken;
  };
  const stop = async () => {
    closing.abort();
    sockets.close();
    await close();
  };
  return { url, apiUrl: `${url}/api/`, tokens, workspace, people, calls, faults, banner, sockets: sockets.count, setRequestUrl, stop };
}

type Setting = { manifest: Manifest; mode: "socket" | "http"; clock: Clock; url: string; closing: AbortSignal; patienceMs: number };

function createStage({ manifest, mode, clock, url, closing, patienceMs }: Setting): { backstage: Backstage; sockets: Sockets } {
  const workspace = createWorkspace(clock);
  const sockets = createSockets({ clock, appId: workspace.appId, faults: () => faults, closing });
  const faults = createFaults(sockets);
  const backstage: Backstage = {
    clock,
    workspace,
    manifest,
    mode,
    faults,
    closing,
    tokens: newTokens(workspace.appId),
    calls: [],
    triggers: createTriggers(clock, patienceMs),
    responseUrls: createResponseUrls({ clock, workspace, url: () => url }),
    url: () => url,
    socketUrl: () => `${url.replace("http", "ws")}/link/?ticket=${sockets.ticket()}&app_id=${workspace.appId}`,
  };
  return { backstage, sockets };
}

function newTokens(appId: string): Tokens {
  const secret = () => crypto.randomUUID().replaceAll("-", "");
  return { bot: `xoxb-lab-${secret()}`, app: `xapp-1-${appId}-${secret()}`, signingSecret: secret() };
}

function offersOf({ features }: Manifest): Offers {
  return {
    commands: (features.slash_commands ?? []).map(({ command, description, usage_hint }) => ({
      command,
      description,
      usageHint: usage_hint ?? "",
    })),
    shortcuts: (features.shortcuts ?? [])
      .filter(({ type }) => type === "message")
      .map(({ name, callback_id }) => ({ name, callbackId: callback_id })),
  };
}

/** Closes a server, and cuts the connections that stay open, such as those of a page that listens. */
function closerOf(server: Server): () => Promise<void> {
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    open.forEach((socket) => socket.destroy());
    await closed;
  };
}

type Page = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

function createRoutes(backstage: Backstage, page: Page): (request: IncomingMessage, response: ServerResponse) => void {
  const webApi = createWebApi(backstage);
  const route = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", backstage.url());
    const id = url.pathname.split("/")[2] ?? "";
    if (url.pathname.startsWith("/api/")) return webApi({ request, response }, url);
    if (url.pathname.startsWith("/upload/"))
      return reply(response, await receiveUpload(id, request.headers["content-type"] ?? "", await bodyOf(request), backstage));
    if (url.pathname.startsWith("/response/")) return reply(response, backstage.responseUrls.use(id, (await bodyOf(request)).toString()));
    if (!(await page(request, response))) reply(response, { status: 404, body: "not found" });
  };
  return (request, response) => {
    route(request, response).catch((error: unknown) => {
      if (response.headersSent || request.destroyed) return void response.destroy();
      reply(response, { status: 500, body: `serving ${request.url}: ${(error as Error).message}` });
    });
  };
}

function reply(response: ServerResponse, { status, body }: { status: number; body: string }): void {
  response.writeHead(status, { "content-type": body.startsWith("{") ? "application/json" : "text/plain" });
  response.end(body);
}
