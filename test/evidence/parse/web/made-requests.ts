/** The look of the made logs: 22 November 2026, 13:00 UTC. */
export const at = new Date("2026-11-22T13:00:00Z");

/** A request to log: when it started, in seconds before the look, how long it took, and what came of it. */
export type Made = { agoS: number; tookS?: number; status?: number; uri?: string; method?: string; client?: string; agent?: string };

/** One access line as Caddy 2.11 writes it. */
export function line(made: Made): string {
  const took = made.tookS ?? 0.02;
  const status = made.status ?? 200;
  const request = {
    remote_ip: made.client ?? "203.0.113.7",
    remote_port: "40000",
    client_ip: made.client ?? "203.0.113.7",
    proto: "HTTP/2.0",
    method: made.method ?? "GET",
    host: "site.example",
    uri: made.uri ?? "/items/17/",
    headers: { "User-Agent": [made.agent ?? "Mozilla/5.0"] },
  };
  const ts = at.getTime() / 1000 - made.agoS + took;
  const level = status >= 500 ? "error" : "info";
  return JSON.stringify({
    level,
    ts,
    logger: "http.log.access.log0",
    msg: "handled request",
    request,
    bytes_read: 0,
    user_id: "",
    duration: took,
    size: 100,
    status,
  });
}

/** A log of these requests in the order in which they ended, as Caddy writes it. */
export function log(made: readonly Made[]): string {
  const ended = (one: Made) => one.agoS - (one.tookS ?? 0.02);
  return made
    .toSorted((a, b) => ended(b) - ended(a))
    .map((one) => `${line(one)}\n`)
    .join("");
}

/** One ordinary request a second to three endpoints in turn, from `fromS` to `toS` seconds before the look. */
export function ordinary(fromS: number, toS: number): Made[] {
  const uris = ["/items/17/", "/items/?page=2", "/healthz/"];
  return Array.from({ length: Math.max(0, Math.round(fromS - toS)) }, (_, i) => ({
    agoS: fromS - i,
    uri: uris[i % 3] ?? "/",
    tookS: [0.02, 0.6, 0.01][i % 3] ?? 0.02,
  }));
}
