import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Disk } from "./disk.ts";
import { messageReader, type ClientMessage } from "./messages.ts";

/** The way to the database: the port it is reached at, what passed over it, and how many connections it holds. */
export type Link = {
  address: string;
  port: number;
  /** Bytes from clients and to them since this was last read, and the connections that are open now. */
  read: () => { received: number; transmitted: number; connections: number };
  /** Ends every connection, as a network that fails does. */
  cut: () => void;
  /** Lets nothing pass for so long, as a database that does not answer. */
  stall: (forMs: number) => void;
  /** From now on it leads to another server's socket; whoever is connected stays with the old one. */
  lead: (socket: string) => void;
  stop: () => Promise<void>;
};

/**
 * A TCP port of this machine before the socket of a PostgreSQL. A client's message is passed on when the disk has done what it asks for; answers
 * pass at once. As with the real server, a client that goes away does not stop the work it asked for: its connection counts until that is done.
 */
export async function startLink(socket: string, disk: Disk, address = "127.0.0.1"): Promise<Link> {
  const seen = { received: 0, transmitted: 0 };
  let [to, stalled] = [socket, Promise.resolve()];
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect(to);
    for (const end of [client, upstream]) end.on("error", () => {});
    open.add(upstream);
    upstream.once("close", () => {
      open.delete(upstream);
      client.destroy();
    });
    upstream.on("data", (part) => (seen.transmitted += part.length));
    upstream.pipe(client);
    const serve: Disk["serve"] = async (work) => stalled.then(async () => disk.serve(work));
    passOn(client, upstream, serve, (bytes) => (seen.received += bytes)).catch(() => upstream.destroy());
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    address,
    port: (server.address() as AddressInfo).port,
    read: () => {
      const { received, transmitted } = seen;
      seen.received = seen.transmitted = 0;
      return { received, transmitted, connections: open.size };
    },
    cut: () => {
      for (const upstream of open) upstream.destroy();
    },
    stall: (forMs) => void (stalled = pause(forMs, undefined, { ref: false })),
    lead: (other) => void (to = other),
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      for (const upstream of open) upstream.destroy();
      await closed;
    },
  };
}

/** Pass a client's messages on in their order, each when its work is done, until the client has gone and nothing of it is left. */
async function passOn(client: Socket, upstream: Socket, serve: Disk["serve"], count: (bytes: number) => void): Promise<void> {
  const read = messageReader();
  try {
    for await (const part of client as AsyncIterable<Buffer>) {
      count(part.length);
      for (const message of read(part)) await pass(message, upstream, serve);
    }
  } catch {
    // The client was killed, or spoke another protocol: what it had asked for is done, and the server hears no more of it.
  }
  upstream.end();
}

async function pass({ bytes, work }: ClientMessage, upstream: Socket, serve: Disk["serve"]): Promise<void> {
  await serve(work);
  if (!upstream.destroyed) upstream.write(bytes);
}
