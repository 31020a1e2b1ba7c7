import { request as ask } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { CLIENT, PATIENCE, pauseAfter, requestAt } from "./requests.ts";

/** About three requests a second to a port of this machine, never more than four at once, until stopped. The first is the `from`th. */
export function startTraffic(port: number, from: number): { stop: () => Promise<void> } {
  const ended = new AbortController();
  let next = from;
  const clients = Array.from({ length: PATIENCE.clients }, async (_, client) => {
    try {
      await pause((PATIENCE.thinkMs / PATIENCE.clients) * client, undefined, { signal: ended.signal });
      while (!ended.signal.aborted) {
        const nth = next++;
        const status = await send(port, nth, ended.signal);
        await pause(pauseAfter(nth, status >= 500 || status === 0), undefined, { signal: ended.signal });
      }
    } catch {
      // Stopped in the middle of a pause.
    }
  });
  return {
    stop: async () => {
      ended.abort();
      await Promise.all(clients);
    },
  };
}

/** Send the nth request and read its answer to the end; 0 where there is none. */
async function send(port: number, nth: number, signal: AbortSignal): Promise<number> {
  const { method, uri, body } = requestAt(nth);
  const headers = {
    host: CLIENT.host,
    "user-agent": CLIENT.userAgent,
    accept: "application/json",
    authorization: "Token of-the-import",
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
  };
  return new Promise((resolve) => {
    const request = ask({ host: "127.0.0.1", port, method, path: uri, headers, agent: false, signal }, (response) => {
      response.on("error", () => resolve(0));
      response.on("end", () => resolve(response.statusCode ?? 0)).resume();
    });
    request.on("error", () => resolve(0)).end(body);
  });
}
