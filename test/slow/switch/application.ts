import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { urlOf, type Server } from "../copy/servers.ts";
import type { Host } from "./host.ts";

/** Quotes are written as a URL has them, so that the line needs no escapes. */
export const plainUrl = (server: Server, user: string) => urlOf(server, user, "shop").replaceAll("'", "%27");

/** An application that does what systemd and its environment file say: it writes while its unit runs, to the database that the file names. */
export function application(host: Host) {
  const acknowledged: number[] = [];
  const errors = new Set<string>();
  let going = true;
  const isUp = () => host.text("bin/units/web/state").trim() === "active";
  const url = () => /^DATABASE_URL="(.*)"$/m.exec(host.text("shop.env"))?.[1] ?? "";
  const work = (async () => {
    for (let n = 1; going; n++) {
      const client = new pg.Client({ connectionString: url() });
      client.on("error", (error) => errors.add(error.message));
      const began = host.text("bin/units/web/id");
      try {
        await client.connect();
        for (; going && isUp() && host.text("bin/units/web/id") === began; n++) {
          await client.query(
            `begin; insert into orders (n) values (${n}); insert into payments values (${n}, nextval('receipts')); commit`,
          );
          acknowledged.push(n);
          await sleep(5);
        }
      } catch (error) {
        errors.add((error as Error).message);
      }
      await client.end().catch(() => {});
      await sleep(50);
    }
  })();
  return { acknowledged, errors, url, stop: async () => ((going = false), work) };
}

/** The application's health page: good while its unit runs and its database answers, and is not one that `breaksIt`. */
export async function healthOf(host: Host, url: () => string, breaksIt: (url: string) => boolean) {
  const server = createServer((_, answer) => {
    const client = new pg.Client({ connectionString: url() });
    const works = async () => {
      if (host.text("bin/units/web/state").trim() !== "active") throw new Error("down");
      await client.connect();
      await client.query("select 1");
    };
    const end = async (status: number) => {
      answer.writeHead(status).end();
      await client.end().catch(() => {});
    };
    works().then(
      async () => end(breaksIt(url()) ? 500 : 200),
      async () => end(503),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}
