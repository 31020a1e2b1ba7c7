import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect, it } from "vitest";
import { connectLines } from "../../../lab/shop/host/probes/connect.ts";
import { httpLines } from "../../../lab/shop/host/probes/http.ts";
import { dbConnect } from "../../../src/evidence/parse/database/db-connect.ts";
import { httpProbe } from "../../../src/evidence/parse/web/http-probe.ts";
import { windowOf } from "../../../src/incident/window.ts";

// The probes that stand in for python3's are read by the product's own parsers.
const at = new Date("2026-03-01T10:00:00Z");
const reading = { at, timezone: "UTC", window: windowOf(at), names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 } };

it.concurrent("tells a database that refuses connections", async () => {
  const port = await listening(() => {}, { andClose: true });
  expect(await connectedTo(port)).toMatchObject({ attempts: 3, ok: 0, refused: 3 });
});

it.concurrent("tells what a database answers before it asks for a password", async () => {
  const refusal = Buffer.from("E\0\0\0\x2dSFATAL\0C53300\0Msorry, too many clients already\0\0", "latin1");
  const port = await listening((socket) => {
    socket.once("data", () => {
      socket.write("N");
      socket.once("data", () => socket.end(refusal));
    });
  });
  expect(await connectedTo(port)).toMatchObject({ attempts: 3, ok: 0, tooMany: 3, refused: 0, timedOut: 0 });
});

it.concurrent("tells a database that closes the connection without a word", async () => {
  const port = await listening((socket) => socket.once("data", () => socket.end()));
  expect(await connectedTo(port)).toMatchObject({ attempts: 3, ok: 0, closed: 3 });
});

it.concurrent("tells a proxy that answers, and an application that refuses", async () => {
  const site = await listening((socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")));
  const app = await listening(() => {}, { andClose: true });
  const lines = await httpLines({ url: `http://127.0.0.1:${site}/page?n=1`, app: `127.0.0.1:${app}` });
  const facts = httpProbe.parse(`${lines.join("\n")}\n`, reading)?.facts;
  expect(facts).toMatchObject({ proxyProbes: 2, proxyOk: 2, directOk: false, directRefused: true });
  expect(lines[0]).toContain(" /page?n=1");
});

async function connectedTo(port: number) {
  const lines: string[] = [];
  for await (const line of connectLines({ host: "127.0.0.1", port, user: "shop", name: "shop" })) lines.push(line);
  return dbConnect.parse(`${lines.join("\n")}\n`, reading)?.facts;
}

/** A port at which `serve` answers while this test runs, or at which nobody listens any more. */
async function listening(serve: (socket: Socket) => void, { andClose } = { andClose: false }): Promise<number> {
  const server = createServer((socket) => serve(socket.on("error", () => {}))).listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  if (andClose) {
    server.close();
    await once(server, "close");
  }
  return port;
}
