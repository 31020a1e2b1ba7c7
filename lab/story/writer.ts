import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { asSuperuser } from "../shop/database/backup.ts";
import { variablesIn } from "../shop/app/service.ts";
import { DATABASE } from "../shop/database/products.ts";
import type { Server } from "../shop/database/server.ts";

/** A client that writes numbered products through the application, whatever happens to it. */
export type Writer = {
  /** How many were acknowledged, and how many requests came to nothing. */
  counts: () => { acknowledged: number; failed: number };
  /** The acknowledged rows that are not in the database of a server. */
  lostRows: (server: Server) => Promise<string[]>;
  stop: () => Promise<void>;
};

/**
 * Where the site listens, the file in which acknowledged names are kept, the word that tells this writer's rows from others', and how long it waits
 * between two writes: as many as the application takes, where nothing is said.
 */
export type WriterOf = { port: number; file: string; word: string; apartMs?: number };

const BUSY_MS = 15;

/** After a write that came to nothing it waits so long at least. */
const LEAST_AFTER_FAILURE_MS = 100;

/** Writes one product after the other until stopped; each that the application has acknowledged is in the file before the next is sent. */
export function startWriter({ port, file, word, apartMs = BUSY_MS }: WriterOf): Writer {
  writeFileSync(file, "");
  const ended = new AbortController();
  let failed = 0;
  const work = (async () => {
    for (let nth = 1; !ended.signal.aborted; nth++) {
      const name = `${word} ${nth}`;
      const status = await post(port, name, ended.signal);
      if (status === 201) appendFileSync(file, `${name}\n`);
      else failed++;
      await pause(status === 201 ? apartMs : Math.max(apartMs, LEAST_AFTER_FAILURE_MS));
    }
  })();
  const acknowledged = () => readFileSync(file, "utf8").split("\n").filter(Boolean);
  return {
    counts: () => ({ acknowledged: acknowledged().length, failed }),
    lostRows: async (server) => {
      // What is acknowledged was committed before.
      const wanted = acknowledged();
      const there = await asSuperuser(server, DATABASE.name, async (client) =>
        client.query<{ name: string }>("select name from products where name like $1", [`${word} %`]),
      );
      const names = new Set(there.rows.map(({ name }) => name));
      return wanted.filter((name) => !names.has(name));
    },
    stop: async () => {
      ended.abort();
      await work;
    },
  };
}

/** The database in use, `host:port`, as an application's environment file has it. */
export async function databaseIn(file: string): Promise<string> {
  const url = (await variablesIn(file))["DATABASE_URL"] ?? "";
  return /@([^/@]+)\//.exec(url)?.[1] ?? "";
}

async function post(port: number, name: string, signal: AbortSignal): Promise<number> {
  const body = JSON.stringify({ name, price: 1, description: "written while its database moves" });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port, method: "POST", path: "/api/products/", headers, agent: false, signal }, (response) => {
      response.on("error", () => resolve(0));
      response.on("end", () => resolve(response.statusCode ?? 0)).resume();
    });
    sent.on("error", () => resolve(0)).end(body);
  });
}
