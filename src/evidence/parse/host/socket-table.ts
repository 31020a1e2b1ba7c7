import { settledLines } from "../text/settled-lines.ts";

/** One socket of `ss`: queues in its columns' own units (of a LISTEN socket, connections waiting and their limit), `owners` where ss may see them. */
export type Socket = { state: string; recvQ: number; sendQ: number; local: Endpoint; peer: Endpoint; owners: readonly Owner[] };

/** An address and a port; a wildcard port is NaN. */
type Endpoint = { host: string; port: number };

/** A process that holds a socket open. */
type Owner = { name: string; pid: number };

/** The sockets of a table, whether it had its header, and whether it names any process at all (only root sees those of others). */
export type SocketTable = { sockets: Socket[]; header: boolean; named: boolean };

const STATE = /^(?:LISTEN|ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|CLOSE-WAIT|LAST-ACK|CLOSING|CLOSED?|UNCONN)$/;
const OWNER = /\("([^"]{1,40})",pid=(\d{1,10})/g;
const APP = /^(?:gunicorn|uvicorn|hypercorn|daphne|granian|uwsgi)/;
const PYTHON = /^(?:python|pypy)/;

/** gunicorn's own listen backlog (its setting `backlog`; uvicorn's is the same), as ss shows it in Send-Q. */
const GUNICORN_BACKLOG = 2048;

/** Reads the output of `ss -t…`; `undefined` where neither a header nor a socket is there. */
export function socketsOf(text: string): SocketTable | undefined {
  const lines = settledLines(text);
  const header = lines.some((line) => /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s/.test(line));
  const sockets = lines.flatMap((line) => socketOf(line) ?? []);
  if (!header && sockets.length === 0) return undefined;
  return { sockets, header, named: sockets.some(({ owners }) => owners.length > 0) };
}

/**
 * The socket on which the application listens: of a process called gunicorn or uvicorn, else of the Python program whose socket most processes
 * share; where ss names nobody, the only one with gunicorn's backlog.
 */
export function appSocket({ sockets, named }: SocketTable): Socket | undefined {
  const listening = sockets.filter(({ state }) => state === "LISTEN");
  if (!named) {
    const usual = listening.filter(({ sendQ }) => sendQ === GUNICORN_BACKLOG);
    return new Set(usual.map(({ local }) => local.port)).size === 1 ? usual[0] : undefined;
  }
  const weigh = (socket: Socket): number => {
    if (socket.owners.some(({ name }) => APP.test(name))) return 1e6 + socket.recvQ;
    if (!socket.owners.some(({ name }) => PYTHON.test(name))) return 0;
    return 1 + pidsOf(socket).size * 2 + (socket.sendQ === GUNICORN_BACKLOG ? 1 : 0);
  };
  const best = listening.toSorted((a, b) => weigh(b) - weigh(a) || a.local.port - b.local.port)[0];
  return best && weigh(best) > 0 ? best : undefined;
}

/** The processes that hold a socket open. */
export function pidsOf({ owners }: Socket): Set<number> {
  return new Set(owners.map(({ pid }) => pid));
}

/** Whether an address is the host itself. */
export function isLoopback(host: string): boolean {
  return /^(?:127\.|\[?::1\]?$|\[?::ffff:127\.)/.test(host);
}

function socketOf(line: string): Socket | undefined {
  const words = line.trim().split(/\s+/);
  if (/^(?:tcp|udp)/.test(words[0] ?? "")) words.shift();
  const [state = "", recvQ, sendQ, local = "", peer = ""] = words;
  if (!STATE.test(state) || !/^\d{1,10}$/.test(recvQ ?? "") || !/^\d{1,10}$/.test(sendQ ?? "")) return undefined;
  const [from, to] = [endpointOf(local), endpointOf(peer)];
  if (!from || !to) return undefined;
  const owners = [...line.matchAll(OWNER)].map((m) => ({ name: m[1] ?? "", pid: Number(m[2]) }));
  return { state, recvQ: Number(recvQ), sendQ: Number(sendQ), local: from, peer: to, owners };
}

function endpointOf(text: string): Endpoint | undefined {
  const m = /^(.{1,80}):(\d{1,5}|\*)$/.exec(text.slice(0, 100));
  return m ? { host: m[1] ?? "", port: m[2] === "*" ? Number.NaN : Number(m[2]) } : undefined;
}
