import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { readFrames } from "../../src/evidence/frames.ts";
import { runLocal } from "../../src/host/run-local.ts";
import { compileHostScript } from "../../src/runbook/host-script.ts";
import { StepsFile } from "../../src/runbook/schema.ts";

const library = StepsFile.parse(parseYaml(readFileSync(join(import.meta.dirname, "../../runbooks/steps-database.yml"), "utf8"))).steps;
const servers: Server[] = [];
const sockets = new Set<Socket>();
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** A database that says `answer` to each start-up message, after refusing TLS as PostgreSQL does without a certificate. */
async function database(answer: (socket: Socket, startup: Buffer) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (message) =>
      message.length === 8 && message.readInt32BE(4) === 80_877_103 ? socket.write("N") : answer(socket, message),
    );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A message of the protocol: its type, its length and what stands in it. */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

async function probe(id: string, dbHost: string, port: number) {
  const steps = library.flatMap((step) => (step.on === "host" && step.id === id ? [step] : []));
  const script = compileHostScript({ steps, values: { dbHost, dbPort: String(port), dbUser: "shop", dbName: "store" } });
  const frame = readFrames((await runLocal(script, { timeoutMs: 28_000 })).output).steps.get(id);
  return frame ?? { text: "", exitCode: -1 };
}

type Line = { ok: boolean; answer: string; ssl?: string; error?: string; sqlstate?: string; connect_ms: number };
const attempts = async (port: number, host = "127.0.0.1") =>
  (await probe("db-connect", host, port)).text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

it.concurrent("is content with a database that asks for a password, and never sends one", async () => {
  const heard: Buffer[] = [];
  const port = await database((socket, startup) => {
    heard.push(startup);
    socket.write(message("R", Buffer.from([0, 0, 0, 10, ...Buffer.from("SCRAM-SHA-256\0\0")])));
  });
  const lines = await attempts(port);
  const asked: unknown = expect.objectContaining({ ok: true, answer: "auth-requested", ssl: "no" });
  expect(lines).toEqual([asked, asked, asked]);
  expect(heard.length).toBe(3);
  expect(heard[0]?.toString("latin1", 8)).toBe("user\0shop\0database\0store\0application_name\0gumshoe\0\0");
});

it.concurrent("says goodbye where it is let in without a password", async () => {
  const heard: string[] = [];
  const port = await database((socket, data) => {
    heard.push(data.toString("latin1"));
    if (data[0] === 0)
      socket.write(Buffer.concat([message("R", Buffer.alloc(4)), message("S", Buffer.from("a\0b\0")), message("Z", Buffer.from("I"))]));
  });
  expect((await attempts(port))[0]).toMatchObject({ ok: true, answer: "ready" });
  expect(heard).toContain("X\0\0\0\u0004");
});

it.concurrent("tells what the database says when it refuses", async () => {
  const said = "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0";
  const port = await database((socket) => socket.end(message("E", Buffer.from(said))));
  expect((await attempts(port))[0]).toMatchObject({
    ok: false,
    answer: "error",
    sqlstate: "53300",
    error: `connection to server at "127.0.0.1" (127.0.0.1), port ${port} failed: FATAL:  sorry, too many clients already`,
  });
});

it.concurrent("tells a database that hangs up, one that is not there, and a name that nobody knows", async () => {
  const port = await database((socket) => socket.destroy());
  expect((await attempts(port))[0]).toMatchObject({ ok: false, answer: "closed" });
  servers.splice(0).forEach((server) => server.close());
  expect((await attempts(port))[0]?.error).toBe(`connection to server at "127.0.0.1" (127.0.0.1), port ${port} failed: Connection refused`);
  expect((await attempts(port, "no-such-host.invalid"))[0]?.error).toMatch(
    /^could not translate host name "no-such-host.invalid" to address: ./,
  );
  expect((await probe("db-tcp", "127.0.0.1", port)).text).toMatch(/\(tcp\) failed: Connection refused\nreal \d+\.\d+\n$/);
});

it.concurrent("sees a port that opens", async () => {
  const port = await database(() => undefined);
  expect((await probe("db-tcp", "127.0.0.1", port)).text).toMatch(
    /^Connection to 127\.0\.0\.1 \(127\.0\.0\.1\) \d+ port \[tcp\/postgresql\] succeeded!\nreal /,
  );
});
