import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Where the database is, and as whom a session is begun; no password is sent. */
export type Database = { host: string; port: number; user: string; name: string };

/** Attempts of the runbook's connect probe, what lies between two, and how long one may take. */
const ATTEMPTS = { most: 3, apartMs: 300, limitMs: 10_000 };

/** Connects as the runbook's probe does (TCP, SSLRequest, start-up, first answer), three times: a line of JSON as soon as each has ended. */
export async function* connectLines(database: Database): AsyncGenerator<string> {
  for (let attempt = 1; attempt <= ATTEMPTS.most; attempt++) {
    if (attempt > 1) await pause(ATTEMPTS.apartMs);
    yield JSON.stringify({ attempt, at: new Date().toISOString(), ...(await attemptAt(database)) });
  }
}

/** What one attempt found: how long each of its parts took, and the server's answer or why there is none. */
type Attempt = Record<string, string | number | boolean>;

async function attemptAt(database: Database): Promise<Attempt> {
  const found: Attempt = { ok: false, answer: "none", dns_ms: 0 };
  const began = performance.now();
  let mark = began;
  const lap = (part: string) => {
    const now = performance.now();
    found[part] = rounded(now - mark);
    mark = now;
  };
  const failed = (because: string) => `connection to server at "${database.host}", port ${database.port} failed: ${because}`;
  const socket = connect(database.port, database.host);
  socket.on("error", () => {});
  const limit = setTimeout(() => socket.destroy(new Error("timeout expired")), ATTEMPTS.limitMs);
  try {
    await connected(socket);
    lap("tcp_ms");
    socket.write(withLength(int(80_877_103)));
    found["ssl"] = (await firstOf(socket)).toString("latin1", 0, 1) === "S" ? "yes" : "no";
    lap("tls_ms");
    socket.write(startupOf(database));
    const { said, ...answer } = answerOf(await firstOf(socket));
    Object.assign(found, answer, said === undefined ? {} : { error: failed(said) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const because = code === "ECONNREFUSED" ? "Connection refused" : message;
    if (message.startsWith("server closed")) found["answer"] = "closed";
    found["error"] = failed(because);
  }
  if ("tls_ms" in found) lap("answer_ms");
  clearTimeout(limit);
  socket.destroy();
  return { ...found, connect_ms: rounded(performance.now() - began) };
}

async function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("connect", resolve).once("error", reject);
  });
}

async function firstOf(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error("server closed the connection unexpectedly"));
    const settle = () => socket.off("error", reject).off("close", closed);
    socket.once("data", (part: Buffer) => {
      settle();
      resolve(part);
    });
    socket.once("error", reject).once("close", closed);
  });
}

/** R: the server asks for a password, or lets the client in without one (0); E: what it says instead (PostgreSQL manual, message formats). */
function answerOf(message: Buffer): { answer: string; ok?: true; sqlstate?: string; said?: string } {
  const kind = message.toString("latin1", 0, 1);
  if (kind === "R") return { ok: true, answer: message.length >= 9 && message.readInt32BE(5) === 0 ? "ready" : "auth-requested" };
  const fields = new Map(
    message
      .toString("utf8", 5)
      .split("\0")
      .map((field) => [field[0], field.slice(1)]),
  );
  return { answer: "error", sqlstate: fields.get("C") ?? "", said: `${fields.get("S") ?? "FATAL"}:  ${fields.get("M") ?? ""}` };
}

function startupOf({ user, name }: Database): Buffer {
  const words = ["user", user, "database", name, "application_name", "gumshoe", "", ""];
  return withLength(Buffer.concat([int(196_608), Buffer.from(words.join("\0"))]));
}

function withLength(body: Buffer): Buffer {
  return Buffer.concat([int(body.length + 4), body]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
