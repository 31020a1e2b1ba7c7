import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What `GET /healthz` tells; `ok` decides between 200 and 503. */
export type Health = { ok: boolean; [fact: string]: unknown };

/** A health endpoint that listens until it is closed; `health` must not reject. Throws where its address is taken or not ours. */
export async function serveHealth(address: string, health: () => Promise<Health>): Promise<{ close: () => void }> {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  const server = createServer((request, response) => void answer(request, response, health));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(Number(address.slice(colon + 1)), host, resolve));
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, health: () => Promise<Health>): Promise<void> {
  request.resume();
  if (request.url?.split("?")[0] !== "/healthz" || (request.method !== "GET" && request.method !== "HEAD")) {
    response.writeHead(404).end();
    return;
  }
  const told = await health();
  response.writeHead(told.ok ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : `${JSON.stringify(told)}\n`);
}
