import { createWriteStream } from "node:fs";
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { accessLine, errorLine, type Served } from "./access-line.ts";
import { ownSettings, tell } from "./own-settings.ts";

/** What the proxy is started with: where the application listens, and the file of its access log. */
export type ProxySettings = { upstreamPort: number; accessLog: string };

const settings = ownSettings<ProxySettings>();
process.title = "caddy run --config Caddyfile";
const log = createWriteStream(settings.accessLog, { flags: "a" });
log.on("error", () => {});
const server = createServer((request, response) => forward(request, response));
// Caddy itself puts no limit on how long a request may take.
server.requestTimeout = server.headersTimeout = server.timeout = 0;
server.listen(0, "127.0.0.1", () => tell({ port: (server.address() as AddressInfo).port }));

function forward(request: IncomingMessage, response: ServerResponse): void {
  const [began, remotePort, counted] = [performance.now(), request.socket.remotePort ?? 0, { body: 0, answer: 0 }];
  let because = "";
  const upstream = ask({
    host: "127.0.0.1",
    port: settings.upstreamPort,
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: { ...request.headers, connection: "close", "x-forwarded-proto": "http" },
    agent: false,
  });
  request.on("data", (part: Buffer) => (counted.body += part.length)).pipe(upstream);
  upstream.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, server: "Caddy", connection: "keep-alive" });
    answer.on("data", (part: Buffer) => (counted.answer += part.length));
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  upstream.on("error", (error: NodeJS.ErrnoException) => {
    because = reasonOf(error);
    if (!response.headersSent && !response.destroyed) response.writeHead(502, { server: "Caddy" }).end();
  });
  response.once("close", () => {
    if (!response.writableFinished) upstream.destroy();
    finish(
      {
        ...askedOf(request),
        at: new Date(),
        durationS: (performance.now() - began) / 1000,
        remotePort,
        status: response.headersSent ? response.statusCode : 0,
        bodyBytes: counted.body,
        size: counted.answer,
      },
      because,
    );
  });
}

function askedOf({ method, url, headers }: IncomingMessage): Pick<Served, "method" | "uri" | "host" | "userAgent"> {
  return { method: method ?? "GET", uri: url ?? "/", host: headers.host ?? "", userAgent: headers["user-agent"] ?? "" };
}

function finish(served: Served, because: string): void {
  log.write(`${accessLine(served)}\n`);
  if (because !== "" && served.status === 502) process.stderr.write(`${errorLine(served, because)}\n`);
}

/** The words of Go's HTTP client for what Node's met. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const upstream = `127.0.0.1:${settings.upstreamPort}`;
  if (code === "ECONNREFUSED") return `dial tcp ${upstream}: connect: connection refused`;
  if (message.includes("socket hang up")) return "EOF";
  return code === "ECONNRESET" ? `read tcp ${upstream}: read: connection reset by peer` : message;
}
