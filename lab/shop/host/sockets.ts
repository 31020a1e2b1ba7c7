import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Seen } from "./seen.ts";

/** The states of /proc/net/tcp (include/net/tcp_states.h) in the words of ss. */
const STATES: Readonly<Record<string, string>> = {
  "01": "ESTAB",
  "02": "SYN-SENT",
  "03": "SYN-RECV",
  "04": "FIN-WAIT-1",
  "05": "FIN-WAIT-2",
  "06": "TIME-WAIT",
  "08": "CLOSE-WAIT",
  "09": "LAST-ACK",
  "0A": "LISTEN",
  "0B": "CLOSING",
};

/** gunicorn's listen backlog (its setting `backlog`) and the kernel's usual one, as ss shows them in Send-Q. */
const LIMITS = { app: 2_048, other: 4_096 };

type Endpoint = { host: string; port: number };
type Socket = { state: string; local: Endpoint; peer: Endpoint; sendQ: number; recvQ: number; inode: string };

const HEADER = "State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess";

/**
 * `ss -ltnp` of the host: where the proxy and gunicorn listen. What waits for gunicorn waits with its arbiter, which takes connections in the
 * kernel's place: its figure stands in Recv-Q.
 */
export function listeningTable({ ports, pids, backlog }: Seen): string {
  const gunicorn = [pids.arbiter, ...pids.workers].map((pid) => `("gunicorn",pid=${pid},fd=5)`).join(",");
  const caddy = `("caddy",pid=${pids.proxy},fd=8)`;
  return text([listening(ports.app, backlog, LIMITS.app, gunicorn), listening(ports.site, 0, LIMITS.other, caddy)]);
}

/** `ss -tanp` of the host: the same, and the connections of its processes; those to the database also after they were closed. */
export function socketTable(seen: Seen): string {
  const { pids, ports } = seen;
  const owners = new Map<string, { name: string; pid: number }>();
  for (const [name, of] of [
    ["caddy", [pids.proxy]],
    ["gunicorn", [pids.arbiter, ...pids.workers]],
  ] as const)
    for (const pid of of) for (const inode of inodesOf(pid)) owners.set(inode, { name, pid });
  const rows = tcpSockets().flatMap(({ state, local, peer, recvQ, sendQ, inode }) => {
    const owner = owners.get(inode);
    const closed = state === "TIME-WAIT" && peer.port === ports.database;
    if (state === "LISTEN" || !(owner || closed)) return [];
    const users = owner ? `users:(("${owner.name}",pid=${owner.pid},fd=9))` : "";
    return [`${state.padEnd(9)} ${recvQ} ${sendQ} ${local.host}:${local.port} ${peer.host}:${peer.port} ${users}`.trimEnd()];
  });
  return listeningTable(seen) + rows.map((row) => `${row}\n`).join("");
}

function listening(port: number, recvQ: number, sendQ: number, users: string): string {
  return `LISTEN ${String(recvQ).padEnd(6)} ${String(sendQ).padEnd(6)} 127.0.0.1:${port}  0.0.0.0:*    users:(${users})`;
}

/** The IPv4 sockets of this network namespace. */
function tcpSockets(): Socket[] {
  const rows = readOr("/proc/net/tcp", "").split("\n").slice(1, -1);
  return rows.map((row) => {
    const [, local = "", peer = "", state = "", queues = "", , , , , inode = ""] = row.trim().split(/\s+/);
    const [sendQ = 0, recvQ = 0] = queues.split(":").map((hex) => Number.parseInt(hex, 16));
    return { state: STATES[state] ?? "UNCONN", local: endpointOf(local), peer: endpointOf(peer), sendQ, recvQ, inode };
  });
}

/** `0100007F:1F90` is 127.0.0.1:8080: the address in the machine's byte order (both platforms here are little-endian). */
function endpointOf(hex: string): Endpoint {
  const [address = "", port = ""] = hex.split(":");
  const bytes = address.match(/../g) ?? [];
  return {
    host: bytes
      .toReversed()
      .map((byte) => Number.parseInt(byte, 16))
      .join("."),
    port: Number.parseInt(port, 16),
  };
}

function inodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOr(`/proc/${pid}/fd/${fd}`))?.[1] ?? []);
  } catch {
    return [];
  }
}

function linkOr(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return otherwise;
  }
}

function text(rows: readonly string[]): string {
  return [HEADER, ...rows].map((row) => `${row}\n`).join("");
}
