import { request } from "node:https";
import { ENDPOINTS, USER_AGENTS } from "./endpoints.ts";

/** One request as its client saw it; status 0 where no answer came within the client's patience. */
type Visit = { endedAt: number; uri: string; status: number; ms: number };

/** An extra request that a fault sends beside the ordinary ones. */
type Extra = { uri: (random: number) => string; everyS: number; method?: "POST"; body?: unknown };

/** The running load. */
export type Traffic = {
  /** Adds a request that is repeated until the returned function is called. */
  add: (extra: Extra) => () => void;
  /** Ends of requests since an instant, oldest first; the last 5 minutes are kept. */
  since: (ms: number) => readonly Visit[];
  /** For how many seconds every request has been answered without a server's error and within 1.5 s. */
  ordinaryS: () => number;
  stop: () => void;
};

/** Requests per second of ordinary traffic. */
const RATE = 3.5;
/** Requests under way at most, so that a hanging shop does not collect clients for ever. */
const MOST = 120;
/** A client gives up after this. */
const PATIENCE_MS = 45_000;
const KEPT_MS = 300_000;

/** Starts ordinary traffic to the shop through its proxy on 127.0.0.1:443; only this network namespace is reached. */
export function startTraffic(): Traffic {
  const startedAt = Date.now();
  const visits: Visit[] = [];
  const random = randomFrom(2026);
  let underWay = 0;
  let disturbedAt = startedAt;
  const visit = async (method: string, uri: string, body?: unknown) => {
    if (underWay >= MOST) return;
    underWay += 1;
    const done = await send(method, uri, body, Math.floor(random() * 1000));
    underWay -= 1;
    visits.push(done);
    while (visits[0] && visits[0].endedAt < done.endedAt - KEPT_MS) visits.shift();
    if (done.status === 0 || done.status >= 500 || done.ms > 1500) disturbedAt = done.endedAt;
  };
  const timers = new Set<NodeJS.Timeout>();
  const next = () => {
    const endpoint = pick(random());
    void visit(endpoint.method ?? "GET", endpoint.uri(random()), endpoint.body?.(random()));
    ordinary = setTimeout(next, (1000 / RATE) * (0.5 + random()));
  };
  let ordinary = setTimeout(next, 0);
  return {
    add: ({ uri, everyS, method = "GET", body }) => {
      const timer = setInterval(() => void visit(method, uri(random()), body), everyS * 1000);
      timers.add(timer);
      return () => clearInterval(timer);
    },
    since: (ms) => visits.filter((done) => done.endedAt >= ms),
    ordinaryS: () => (visits.length === 0 ? 0 : (Date.now() - disturbedAt) / 1000),
    stop: () => {
      clearTimeout(ordinary);
      for (const timer of timers) clearInterval(timer);
    },
  };
}

function pick(random: number) {
  let left = random * ENDPOINTS.reduce((sum, { share }) => sum + share, 0);
  return ENDPOINTS.find(({ share }) => (left -= share) < 0) ?? ENDPOINTS[0]!;
}

function send(method: string, path: string, body: unknown, visitor: number): Promise<Visit> {
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const end = (status: number) => {
      const endedAt = Date.now();
      resolve({ endedAt, uri: path, status, ms: endedAt - startedAt });
    };
    const sent = request(
      {
        host: "127.0.0.1",
        port: 443,
        servername: "shop.example",
        rejectUnauthorized: false,
        agent: false,
        method,
        path,
        localAddress: `127.20.0.${1 + (visitor % 40)}`,
        headers: { host: "shop.example", "user-agent": USER_AGENTS[visitor % USER_AGENTS.length], "content-type": "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      },
      (answer) => {
        answer.on("end", () => end(answer.statusCode ?? 0)).on("error", () => end(0));
        answer.resume();
      },
    );
    sent.on("error", () => end(0));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Numbers between 0 and 1 that are the same in every run (a linear congruential generator, constants of Numerical Recipes). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
