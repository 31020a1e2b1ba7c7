import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import { extname, join } from "node:path";
import type { Banner } from "./banner.ts";
import { perform } from "./page-acts.ts";
import { pageState, type Offers } from "./page-state.ts";
import type { Actions } from "./people.ts";
import { wholeBody } from "./web-api/arguments.ts";
import type { Workspace } from "./workspace.ts";

/** What the page shows and what its people can do. */
export type PageSource = { workspace: Workspace; people: Actions; offers: Offers; banner?: Banner };

type Route = (url: URL, request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const FILES = join(import.meta.dirname, "page");
const MIME: Record<string, string> = { ".html": "text/html", ".css": "text/css", ".ts": "text/javascript", ".svg": "image/svg+xml" };
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const IMAGE = /^image\/(png|jpeg|gif)$/;

/** Bytes of a posted act at most. */
const BODY_BYTES = 300_000;

/** Changes that come within this time are told together. */
const TOGETHER_MS = 40;

/** An event stream says something at least this often, so that whoever carries it keeps it open. */
const ALIVE_MS = 15_000;

/** Everything comes from here, nothing runs that is not a file of the page, and no string ever becomes HTML or code. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/**
 * The page and what it asks for: `/`, `/page/<file>`, `/page/state?user=`, `/page/live`, `/page/act` and `/page/files/<id>`. Resolves with
 * false for any other path, untouched. Only a browser on this machine is answered, and acts only from the page itself.
 */
export function pageRoutes(slack: PageSource): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const routes: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
    ["GET", /^\/$/, (_, _request, response) => sendAsset("index.html", response)],
    ["GET", /^\/page\/state$/, (url, _, response) => sendState(slack, url, response)],
    ["GET", /^\/page\/live$/, (_, _request, response) => sendChanges(slack, response)],
    ["POST", /^\/page\/act$/, (_, request, response) => act(slack, request, response)],
    ["GET", /^\/page\/files\/\w+$/, (url, _, response) => sendFile(slack, url, response)],
    [
      "GET",
      /^\/page\/(?:[\w-]+\/)*[\w-]+\.(?:css|ts|svg)$/,
      (url, _, response) => sendAsset(url.pathname.slice("/page/".length), response),
    ],
  ];
  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://page");
    if (url.pathname !== "/" && !url.pathname.startsWith("/page/")) return false;
    const route = routes.find(([method, path]) => request.method === method && path.test(url.pathname));
    if (!LOOPBACK.test(request.headers.host ?? "")) send(response, 403, "text/plain", "This page is for a browser on the same machine.");
    else if (!route) send(response, 404, "text/plain", "The page has nothing here.");
    else await route[2](url, request, response);
    return true;
  };
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, "content-type": type.startsWith("image/") ? type : `${type}; charset=utf-8` }).end(body);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, "application/json", JSON.stringify(body));
}

async function sendAsset(name: string, response: ServerResponse): Promise<void> {
  let text: string;
  try {
    text = await readFile(join(FILES, name), "utf8");
  } catch {
    send(response, 404, "text/plain", "The page has no such file.");
    return;
  }
  const type = extname(name);
  send(response, 200, MIME[type] ?? "text/plain", type === ".ts" ? withoutTypes(text) : text);
}

/** What was made of each text, since a page asks for the same modules again. */
const stripped = new Map<string, string>();

function withoutTypes(text: string): string {
  const known = stripped.get(text) ?? strip(text);
  stripped.set(text, known);
  return known;
}

/** Node says once that taking types away is experimental; whoever runs the lab can do nothing about that. */
function strip(text: string): string {
  const warnings = Object.getOwnPropertyDescriptor(process, "emitWarning");
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    if (warnings) Object.defineProperty(process, "emitWarning", warnings);
  }
}

function sendState({ workspace, offers, banner }: PageSource, url: URL, response: ServerResponse): void {
  const first = workspace.users.find((user) => !user.isBot)?.id ?? "";
  const state = pageState(workspace, offers, banner, url.searchParams.get("user") ?? first);
  if (state) sendJson(response, 200, state);
  else sendJson(response, 404, { refused: "Nobody of that name can look at this workspace." });
}

/** Tell the page whenever something changed; what it is, the page asks for by itself, as the person it shows. */
function sendChanges({ workspace, banner }: PageSource, response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
  let waiting: NodeJS.Timeout | undefined;
  const tell = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      response.write("event: changed\ndata: {}\n\n");
    }, TOGETHER_MS).unref();
  };
  response.write("retry: 1000\nevent: changed\ndata: {}\n\n");
  const ends = [workspace.subscribe(tell), banner?.subscribe(tell)];
  const alive = setInterval(() => response.write(": alive\n\n"), ALIVE_MS).unref();
  response.once("close", () => {
    ends.forEach((end) => end?.());
    clearInterval(alive);
    clearTimeout(waiting);
  });
}

async function act(slack: PageSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origin, host } = request.headers;
  if (origin !== `http://${host}` || request.headers["content-type"] !== "application/json") {
    sendJson(response, 403, { refused: "Only the page itself may act." });
    return;
  }
  const body = await readBody(request);
  if (body === undefined) sendJson(response, 400, { refused: "The page sent something that could not be read." });
  else sendJson(response, 200, await perform(body, slack));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const body = await wholeBody(request, BODY_BYTES);
  try {
    return body && (JSON.parse(body.toString("utf8")) as unknown);
  } catch {
    return undefined;
  }
}

/** An uploaded picture is shown; any other file is only ever saved. */
function sendFile({ workspace }: PageSource, url: URL, response: ServerResponse): void {
  const file = workspace.files.find((each) => each.id === url.pathname.split("/").at(-1));
  if (!file?.bytes || !file.ready) {
    send(response, 404, "text/plain", "There is no such file, or it is not ready yet.");
    return;
  }
  const shown = IMAGE.test(file.mimetype);
  if (!shown) response.setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
  send(response, 200, shown ? file.mimetype : "application/octet-stream", file.bytes);
}
