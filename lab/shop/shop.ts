import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MetricPoint, MetricQuery, NodeCommand, NodeResult } from "../aws/world.ts";
import { startApplication, type Application } from "./app/application.ts";
import { createShop, DATABASE, MASTER } from "./database/products.ts";
import { socketOf, startServer, type Server, type ServerOptions } from "./database/server.ts";
import { startDisk } from "./database/disk.ts";
import { startGauges } from "./gauges.ts";
import { openHost, type Host } from "./host/host.ts";
import { openJournal } from "./journal.ts";
import { startLink, type Link } from "./database/link.ts";
import { newMeter, type Meter } from "./meter.ts";
import { bootedAt, writePast } from "./past/past.ts";
import { CLIENT } from "./requests.ts";
import { startTraffic } from "./traffic.ts";

/**
 * Where everything goes (a new folder), the story it begins with, when its past ends (now), and the folders in which its host finds this
 * machine's programs. A database that is `movable` has an address that nothing else of this machine has, and a master user as at AWS.
 */
export type ShopOptions = { dir: string; story: "choking" | "calm"; now?: Date; systemPath?: string; movable?: Movable };

/** The address of a database that can be moved, and the PostgreSQL that it is of. */
export type Movable = Pick<ServerOptions, "installed"> & { address: string };

/** What a shop is made of, for those who move its database: the server behind the link, the application, the host's own files. */
export type ShopParts = {
  server: Server;
  link: Link;
  app: Application;
  host: Host;
  /** The file that the application reads its DATABASE_URL from, and the one with the master user's. */
  files: { application: string; master: string };
};

/** What gumshoe.yml says of the shop. */
export type ShopEnvironment = {
  caddy: { accessLog: string; unit: string; site: string; probeUrl: string };
  gunicorn: { unit: string; address: string };
  database: { host: string; port: number; user: string; name: string };
};

/** A shop on this machine that can be broken: a proxy, gunicorn's like, a real PostgreSQL behind a disk, clients, and a host to look at. */
export type Shop = {
  /** Runs a script on the shop's host. */
  node: (command: NodeCommand) => Promise<NodeResult>;
  /** The metrics of its database and its instance, past and living. */
  metrics: (query: MetricQuery) => MetricPoint[];
  /** The mean of a gauge over the last ten seconds. */
  recent: Meter["recent"];
  environment: ShopEnvironment;
  /** Where a role that may look at the database's sessions connects; through the link, so it waits for the disk as everyone does. */
  monitorUrl: string;
  parts: ShopParts;
  disk: { choke: () => void; mend: () => void };
  /** Ends everything, and removes the folder. */
  stop: () => Promise<void>;
};

/**
 * Starts the shop with the past that its story tells: `calm` is well, `choking` is in the founding incident's first minutes. It listens on
 * 127.0.0.1 only, and ends with this process, however that ends.
 */
export async function startShop({ dir, story, now, systemPath, movable }: ShopOptions): Promise<Shop> {
  const stops: (() => void | Promise<void>)[] = [async () => rm(dir, { recursive: true, force: true, maxRetries: 5 })];
  const stop = async (): Promise<void> => {
    for (let end = stops.pop(); end; end = stops.pop()) await end();
  };
  const started = <Part extends { stop: () => void | Promise<void> }>(part: Part): Part => {
    stops.push(part.stop);
    return part;
  };
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const [databaseDir, accessLog] = [join(dir, "database"), join(dir, "access.log")];
    const passwords = { postgres: secret(), shop: secret(), monitor: secret(), ...(movable ? { master: secret() } : {}) };
    const journal = started(openJournal(join(dir, "journal")));
    const disk = started(startDisk());
    const link = started(await startLink(socketOf(databaseDir), disk, movable?.address));
    const at = `${link.address}:${link.port}`;
    const files = await writeFiles(join(dir, "host/etc"), passwords, at);
    const [database, app] = await bothOf(
      startServer(databaseDir, passwords.postgres, movable ? { ...movable, superuser: SUPERUSER } : {}).then(started),
      startApplication({ environmentFile: files.application, accessLog, journal }).then(started),
    );
    await createShop(database, passwords);
    const meter = newMeter();
    const began = now ?? new Date();
    const address = `127.0.0.1:${app.ports.app}`;
    const { sent } = await writePast({ now: began, story, meter, journal, accessLog, pids: app.pids(), address });
    app.keepLines();
    if (story === "choking") disk.choke();
    started(startTraffic(app.ports.site, sent));
    const { hostCpu } = started(startGauges({ meter, disk, link, database, hostPids: () => Object.values(app.pids()).flat() }));
    const hostOf = { dir: join(dir, "host"), app, databasePort: link.port, journal, accessLog, bootedAt: bootedAt(began), hostCpu };
    const host = started(await openHost({ ...hostOf, ...(systemPath === undefined ? {} : { systemPath }) }));
    return {
      node: host.run,
      metrics: meter.points,
      recent: meter.recent,
      environment: {
        caddy: { accessLog, unit: "caddy", site: CLIENT.host, probeUrl: `http://127.0.0.1:${app.ports.site}/api/products/1/` },
        gunicorn: { unit: "gunicorn", address },
        database: { host: link.address, port: link.port, user: DATABASE.role, name: DATABASE.name },
      },
      monitorUrl: `postgres://${DATABASE.monitor}:${passwords.monitor}@${at}/${DATABASE.name}`,
      parts: { server: database, link, app, host, files },
      disk: { choke: disk.choke, mend: disk.mend },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Both, or the error of one when the other has come to its end too, so that it can be stopped. */
async function bothOf<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

/** The superuser whom customers of AWS never are. */
export const SUPERUSER = "rdsadmin";

/** The application's environment file, and the one that whoever looks after the database has. */
async function writeFiles(folder: string, { shop, master }: { shop: string; master?: string }, at: string): Promise<ShopParts["files"]> {
  const files = { application: join(folder, "shop.env"), master: join(folder, "shop-master.env") };
  await mkdir(folder, { recursive: true });
  const [application, administrator] = [`${DATABASE.role}:${shop}`, `${MASTER}:${master ?? ""}`];
  await writeFile(
    files.application,
    `# the shop\nDJANGO_SETTINGS_MODULE=config.settings\nDATABASE_URL=postgres://${application}@${at}/${DATABASE.name}\n`,
    { mode: 0o640 },
  );
  if (master !== undefined)
    await writeFile(files.master, `# for migrations\nMASTER_URL=postgres://${administrator}@${at}/${DATABASE.name}\n`, { mode: 0o600 });
  return files;
}

function secret(): string {
  return randomBytes(18).toString("base64url");
}
