import type { FactSpecs, Facts } from "../../../runbook/facts.ts";
import { endsWhole, type Parser, type Reading } from "../../parser.ts";
import { commonest } from "../text/commonest.ts";
import { appSocket, isLoopback, pidsOf, type Socket, type SocketTable, socketsOf } from "./socket-table.ts";

const backlogFacts: FactSpecs = {
  appBacklog: { kind: "number", doc: "connections that the application has not accepted yet (Recv-Q of its listening socket)" },
  appBacklogLimit: { kind: "number", doc: "how many of them the kernel keeps at most (Send-Q)" },
  backlogShare: { kind: "number", unit: "ratio", doc: "waiting connections as a share of that limit" },
};

const listeningFacts: FactSpecs = {
  appListening: {
    kind: "flag",
    doc: "gunicorn, uvicorn or a Python program listens on a TCP port; not known where ss may not see processes. One bound to a Unix socket does not show here",
  },
  appPort: { kind: "number", doc: "the port that it listens on" },
  ...backlogFacts,
  caddyListening: { kind: "flag", doc: "Caddy listens on port 80 or 443" },
  redisListening: { kind: "flag", doc: "Redis listens on this host" },
  postgresListening: { kind: "flag", doc: "PostgreSQL (or something on the database's port) listens on this host" },
  listening: { kind: "text", doc: "the TCP ports that something listens on, in order" },
};

/** Reads `ss -ltnp`: who listens, and how many connections wait for the application. */
export const listeningSockets: Parser = {
  facts: listeningFacts,
  parse(text, reading) {
    const table = socketsOf(text);
    if (!table) return undefined;
    const listening = table.sockets.filter(({ state }) => state === "LISTEN");
    const ports = [...new Set(listening.map(({ local }) => local.port))].toSorted((a, b) => a - b);
    const held = (test: (socket: Socket, name: string) => boolean): boolean =>
      listening.some((socket) => socket.owners.some(({ name }) => test(socket, name)));
    const app = appSocket(table);
    return {
      facts: {
        ...((app !== undefined || table.named) && { appListening: app !== undefined }),
        ...backlogOf(app),
        ...(app && { appPort: app.local.port }),
        ...(table.named && { caddyListening: held(({ local }, name) => name === "caddy" && (local.port === 80 || local.port === 443)) }),
        redisListening: held((_, name) => /^(?:redis|valkey)-server$/.test(name)) || ports.includes(6379),
        postgresListening: held((_, name) => name === "postgres") || ports.includes(reading.names.databasePort),
        listening: ports.join(", ").slice(0, 200),
      },
      whole: endsWhole(text) && table.header,
    };
  },
};

const databaseFacts: FactSpecs = {
  dbEstablished: { kind: "count", doc: "open connections from this host to the database's port" },
  dbSynSent: { kind: "count", doc: "connections to it that have had no answer yet" },
  dbTimeWait: { kind: "count", doc: "connections to it closed within the last minute" },
  dbCloseWait: { kind: "count", doc: "connections that the database has closed and this host has not" },
  ...backlogFacts,
  outboundEstablished: {
    kind: "count",
    doc: "open connections of the application's processes to a third party: not the database, a store or queue, nor a service of this host",
  },
  outboundSynSent: { kind: "count", doc: "connections of these processes to a third party that have had no answer yet" },
  outboundTo: { kind: "text", doc: "the address and port of most of them" },
  outboundWorkers: { kind: "count", doc: "processes of the application with such a connection" },
};

/** Reads `ss -tanp`: the connections to the database, and those of the application's processes to third parties (known only where ss names processes). */
export const databaseSockets: Parser = {
  facts: databaseFacts,
  parse(text, reading) {
    const table = socketsOf(text);
    if (!table) return undefined;
    const toDatabase = (state: string): number =>
      table.sockets.filter((socket) => socket.state === state && socket.peer.port === reading.names.databasePort).length;
    return {
      facts: {
        dbEstablished: toDatabase("ESTAB"),
        dbSynSent: toDatabase("SYN-SENT"),
        dbTimeWait: toDatabase("TIME-WAIT"),
        dbCloseWait: toDatabase("CLOSE-WAIT"),
        ...backlogOf(appSocket(table)),
        ...outboundOf(table, reading),
      },
      whole: endsWhole(text) && table.header,
    };
  },
};

function backlogOf(app: Socket | undefined): Facts {
  if (!app) return {};
  const share = app.sendQ > 0 ? Math.round((app.recvQ / app.sendQ) * 1000) / 1000 : undefined;
  return { appBacklog: app.recvQ, appBacklogLimit: app.sendQ, ...(share !== undefined && { backlogShare: share }) };
}

/** Ports of stores and queues, which are no third party wherever they are: Redis, memcached, AMQP, Kafka, MySQL, PgBouncer, Elasticsearch. */
const STORES: ReadonlySet<number> = new Set([6379, 6380, 11211, 5671, 5672, 9092, 3306, 6432, 9200]);

function outboundOf(table: SocketTable, reading: Reading): Facts {
  const app = appSocket(table);
  if (!app || !table.named) return {};
  const workers = pidsOf(app);
  const ours = table.sockets.filter((socket) => socket.owners.some(({ pid }) => workers.has(pid)));
  const inbound = new Set(table.sockets.filter(({ state }) => state === "LISTEN").map(({ local }) => local.port));
  const third = ours
    .filter(({ state }) => state === "ESTAB" || state === "SYN-SENT")
    .filter(({ local, peer }) => {
      if (inbound.has(local.port) || peer.port === reading.names.databasePort || STORES.has(peer.port)) return false;
      return !isOwnService(peer, table);
    });
  const open = third.filter(({ state }) => state === "ESTAB");
  const to = commonest(third.map(({ peer }) => `${peer.host}:${peer.port}`));
  return {
    outboundEstablished: open.length,
    outboundSynSent: third.length - open.length,
    outboundWorkers: new Set(third.flatMap(({ owners }) => owners.map(({ pid }) => pid).filter((pid) => workers.has(pid)))).size,
    ...(to && { outboundTo: to }),
  };
}

/** Whether a peer is a service of this host: something that listens on exactly that port, by a process seen here or on the usual loopback address. */
function isOwnService(peer: Socket["peer"], { sockets }: SocketTable): boolean {
  const usual = /^(?:127\.0\.0\.1|\[::1\]|\[::ffff:127\.0\.0\.1\])$/.test(peer.host);
  return sockets.some(({ state, local, owners }) => {
    if (state !== "LISTEN" || local.port !== peer.port || !(local.host === peer.host || isLoopback(peer.host))) return false;
    return usual || owners.length > 0;
  });
}
