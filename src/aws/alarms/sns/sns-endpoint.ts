import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NOT_STORED, SOURCE, takePosts, tally, type Answer, type Desk } from "./take-post.ts";

/** Where SNS's posts arrive (`host:port`, and a path), and what they are checked by. */
export type SnsIntake = Desk & { address: string; path: string };

/** How the endpoint is doing, for the program's health. */
export type SnsState = { address: string; takenAt?: Date; failing?: { because: string; since: Date } };

/** An endpoint that listens. `stop` lets the posts in hand be answered. */
export type SnsEndpoint = { address: string; state: () => SnsState; stop: () => Promise<void> };

/** SNS's own limit of a message; an alarm has 1 to 4 KB. */
const BODY_BYTES = 256 * 1024;

/** Posts that are read or checked at the same time. A 503 lets SNS send again. */
const AT_ONCE = 50;

/** What takes longer to arrive, or is idle for so long, is let go of. SNS itself waits 15 s for an answer. */
const LIMITS_MS = { request: 10_000, idle: 65_000 };

/**
 * Takes alarms that SNS posts, behind a proxy that ends TLS. Rejects where the address cannot be listened at. Everything but a POST to the path is
 * answered with 404 or 405 and nothing else: no answer says why.
 */
export async function snsEndpoint(given: SnsIntake): Promise<SnsEndpoint> {
  const take = takePosts(given);
  const state: SnsState = { address: given.address };
  let inHand = 0;
  const server = createServer({ requestTimeout: LIMITS_MS.request, headersTimeout: LIMITS_MS.request, keepAliveTimeout: LIMITS_MS.idle });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    inHand++;
    answerTo(request, { given, take, busy: inHand > AT_ONCE })
      .then((answer) => tell(answer, { response, given, state }))
      .catch((error: unknown) => {
        given.log.debug({ err: error }, "answering a post of SNS");
        response.destroy();
      })
      .finally(() => void inHand--);
  });
  const { host, port } = placeAt(given.address);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  const { port: bound } = server.address() as AddressInfo;
  const stop = async () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  return { address: `${host}:${bound}`, state: () => state, stop };
}

function placeAt(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(address.slice(colon + 1)) };
}

type Around = { given: SnsIntake; take: (body: string) => Promise<Answer>; busy: boolean };

async function answerTo(request: IncomingMessage, { given, take, busy }: Around): Promise<Answer> {
  const refuse = async (status: number, because: string): Promise<Answer> => {
    await tally(because, given);
    return { status, because };
  };
  if ((request.url ?? "").split("?")[0] !== given.path) return { status: 404 };
  if (request.method !== "POST") return { status: 405 };
  if (busy) return { status: 503, because: "too many posts at the same time" };
  if (!/^(?:text\/plain|application\/json)\b/i.test(request.headers["content-type"] ?? "")) return refuse(415, "it is not text");
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES) return refuse(413, "it is larger than 256 KB");
  const body = await bodyOf(request);
  return body === undefined ? refuse(413, "it is larger than 256 KB") : take(body);
}

/** The whole body, or nothing where it is too large: then what is left of it is not read. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (part: Buffer) => {
      bytes += part.byteLength;
      if (bytes <= BODY_BYTES) return void parts.push(part);
      request.pause();
      parts.length = 0;
      resolve(undefined);
    });
    request.once("end", () => resolve(Buffer.concat(parts).toString("utf8")));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the post broke off")));
  });
}

function tell(answer: Answer, { response, given, state }: { response: ServerResponse; given: SnsIntake; state: SnsState }): void {
  const { status, because, detail } = answer;
  if (because !== undefined) given.log.warn({ source: SOURCE, status, because, ...detail }, "taking a post of SNS");
  if (status === 200) {
    state.takenAt = given.now();
    delete state.failing;
  } else if (because === NOT_STORED) state.failing = { because, since: state.failing?.since ?? given.now() };
  // What was not read of the body is not waited for.
  if (status === 413 || status === 415) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(status === 200 ? "ok\n" : "no\n");
}
