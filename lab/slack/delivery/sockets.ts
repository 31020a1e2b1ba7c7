import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { LIMITS } from "../../../src/slack/contract/limits.ts";
import type { Clock } from "../../clock.ts";
import type { DisconnectReason, FaultBook } from "../faults.ts";
import { DispatchFailed, type Envelope, type Transport } from "./envelope.ts";

/** The app's sockets: at most ten, and each payload goes to one of them. */
export type Sockets = {
  /** How many are open and take payloads. */
  count: () => number;
  /** A ticket for one new socket. */
  ticket: () => string;
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  send: Transport;
  disconnect: (reason: DisconnectReason, sockets?: number) => void;
  terminate: () => void;
  silence: () => void;
  close: () => void;
};

/** Who waits for the acknowledgement of an envelope; a duplicate has the same id. */
type Waiting = Map<string, Set<(payload: unknown) => void>>;

type Open = { ws: WebSocket; state: "greeting" | "open" | "leaving" | "silent" };

/** Slack pings about this often; it is the machine's time, as it is about the connection and not about the story. */
const PING_EVERY_MS = 10_000;
/** After its goodbye Slack closes a socket that the app left open. */
const CLOSE_AFTER_MS = 10_000;

type Parts = { clock: Clock; appId: string; faults: () => FaultBook; closing: AbortSignal };

/** Socket Mode on the sockets of one app. */
export function createSockets(parts: Parts): Sockets {
  const wss = new WebSocketServer({ noServer: true, autoPong: false });
  const sockets = new Set<Open>();
  const tickets = new Set<string>();
  const waiting: Waiting = new Map();
  const taking = () => [...sockets].filter(({ state }) => state === "open" || state === "silent");
  let turn = 0;
  const pings = setInterval(() => sockets.forEach(({ ws, state }) => state !== "silent" && ws.ping()), PING_EVERY_MS);
  pings.unref();
  return {
    count: () => taking().length,
    ticket: () => {
      const ticket = crypto.randomUUID();
      tickets.add(ticket);
      return ticket;
    },
    upgrade: (request, socket, head) => {
      const ticket = new URL(request.url ?? "/", "http://slack").searchParams.get("ticket") ?? "";
      if (!tickets.delete(ticket)) return void socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
      wss.handleUpgrade(request, socket, head, (ws) => void welcome(ws, sockets, waiting, parts));
    },
    send: (envelope, { signal }) => {
      const open = taking();
      const chosen = open[turn++ % Math.max(1, open.length)];
      if (!chosen) return Promise.reject(new DispatchFailed("no socket is open"));
      return acknowledged(envelope, chosen, waiting, signal);
    },
    disconnect: (reason, many = 1) => {
      const staying = [...sockets].filter(({ state }) => state !== "leaving");
      for (const open of staying.slice(0, many)) void sayGoodbye(open, reason, parts);
    },
    terminate: () => sockets.forEach(({ ws }) => ws.terminate()),
    silence: () => sockets.forEach((open) => (open.state = "silent")),
    close: () => {
      clearInterval(pings);
      sockets.forEach(({ ws }) => ws.terminate());
      wss.close();
    },
  };
}

async function welcome(ws: WebSocket, sockets: Set<Open>, waiting: Waiting, parts: Parts): Promise<void> {
  const open: Open = { ws, state: "greeting" };
  ws.on("error", () => ws.terminate());
  if (sockets.size >= LIMITS.delivery.sockets) return sayGoodbye(open, "too_many_websockets", parts);
  sockets.add(open);
  ws.on("close", () => sockets.delete(open));
  ws.on("ping", (data) => open.state !== "silent" && ws.pong(data));
  ws.on("message", (data: Buffer) => open.state !== "silent" && hear(data.toString(), waiting));
  const slow = parts.faults().ofPlace("slow-hello");
  if (slow?.kind === "slow-hello") await parts.clock.sleep(slow.delayMs, parts.closing);
  if (open.state !== "greeting") return;
  open.state = "open";
  ws.send(
    JSON.stringify({
      type: "hello",
      num_connections: sockets.size,
      connection_info: { app_id: parts.appId },
      debug_info: { host: "lab", approximate_connection_time: 18_060 },
    }),
  );
}

function hear(text: string, waiting: Waiting): void {
  try {
    const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
    for (const heard of waiting.get(id ?? "") ?? []) heard(payload);
    waiting.delete(id ?? "");
  } catch {
    // What is no JSON is no acknowledgement.
  }
}

async function sayGoodbye(open: Open, reason: DisconnectReason, { clock, closing }: Parts): Promise<void> {
  if (open.state !== "silent") open.state = "leaving";
  open.ws.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "lab" } }));
  await clock.sleep(CLOSE_AFTER_MS, closing);
  open.ws.close();
}

function acknowledged({ id, type, payload, retry }: Envelope, { ws }: Open, waiting: Waiting, signal: AbortSignal) {
  return new Promise<unknown>((resolve, reject) => {
    const heard = (answer: unknown) => {
      signal.removeEventListener("abort", gone);
      resolve(answer);
    };
    const gone = () => {
      waiting.get(id)?.delete(heard);
      reject(new DispatchFailed("nobody waits any more"));
    };
    waiting.set(id, (waiting.get(id) ?? new Set()).add(heard));
    signal.addEventListener("abort", gone, { once: true });
    const again = retry
      ? { retry_attempt: retry.attempt, retry_reason: retry.reason }
      : type === "events_api"
        ? { retry_attempt: 0, retry_reason: "" }
        : {};
    ws.send(JSON.stringify({ envelope_id: id, type, accepts_response_payload: type !== "events_api", payload, ...again }));
  });
}
