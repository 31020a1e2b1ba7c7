import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { gunicornLines } from "./gunicorn-lines.ts";
import { ownSettings, tell } from "./own-settings.ts";
import { answer } from "./pages.ts";

// A sync worker: it takes one connection, serves its request, and only then is there for the next.
ownSettings();
const database = process.env["DATABASE_URL"] ?? "";
process.title = "gunicorn: worker [shop]";
// A worker that waits in libpq does not get to its handlers, so only SIGKILL ends it.
process.on("SIGABRT", () => {});

const server = createServer({ keepAliveTimeout: 1 }, (request, response) => void serve(request, response));
/** Connections whose request is being served; the others may still close without one. */
const serving = new WeakSet<Socket>();

process.on("message", (_word, socket: Socket | undefined) => {
  // A client that went away while it waited leaves nothing to serve.
  if (!socket) return tell("idle");
  socket.on("error", () => {});
  socket.once("close", () => serving.has(socket) || tell("idle"));
  server.emit("connection", socket);
  socket.resume();
});
process.stderr.write(`${gunicornLines.booting(process.pid, new Date())}\n`);
tell("idle");

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  serving.add(request.socket);
  const asked = { method: request.method ?? "GET", url: request.url ?? "/", body: await bodyOf(request) };
  response.on("error", () => {});
  try {
    const { status, body } = await answer(asked, database);
    send(response, status, "application/json", body);
  } catch (error) {
    process.stderr.write(`Internal Server Error: ${asked.url}\ndjango.db.utils.OperationalError: ${(error as Error).message}\n`);
    send(response, 500, "text/html", "<h1>Server Error (500)</h1>");
  }
  tell("idle");
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const headers = { "content-type": type, "content-length": Buffer.byteLength(body), server: "gunicorn", connection: "close" };
  response.writeHead(status, headers).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    // The client went away in mid-body; what has come is what there is.
  }
  return Buffer.concat(parts).toString("utf8");
}
