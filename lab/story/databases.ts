import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseHooks, Listens, MadeDatabase } from "../aws/hooks.ts";
import type { MetricPoint, MetricQuery } from "../aws/world.ts";
import { backUp } from "../shop/database/backup.ts";
import { startDisk } from "../shop/database/disk.ts";
import type { Installed } from "../shop/database/installed.ts";
import { startLink, type Link } from "../shop/database/link.ts";
import { makeMaster, setPassword } from "../shop/database/master.ts";
import { startServer, type Server } from "../shop/database/server.ts";
import { startGauges } from "../shop/gauges.ts";
import { newMeter, type Meter } from "../shop/meter.ts";
import { SUPERUSER, type Shop } from "../shop/shop.ts";

/** A real server behind a database that was made at AWS, on a disk that keeps up. */
type MadeServer = { name: string; server: Server; link: Link; meter: Meter };

/** The servers behind the account's databases: the shop's, and one for each that is made or restored. */
export type Databases = {
  hooks: DatabaseHooks;
  /** Metrics of a database that was made; nothing where it is another one. */
  metrics: (query: MetricQuery) => MetricPoint[] | undefined;
  /** The server that listens at `host:port`: the shop's, or one that was made. */
  serverAt: (address: string) => Server | undefined;
  made: () => readonly MadeServer[];
  /** Copies the shop's data as they are now, for `beginAnew`. */
  keep: (folder: string) => Promise<void>;
  /** Ends those that were made, forgets their snapshots, and lets the shop's database have the data that were kept. */
  beginAnew: (folder: string) => Promise<void>;
  stop: () => Promise<void>;
};

/** Where their data goes, the shop whose database is copied, and the PostgreSQL that they are of. */
export type DatabasesOf = { dir: string; shop: Shop; installed: Installed | undefined };

/** Made databases have an address each, above the shop's own. */
const FIRST_ADDRESS = 22;

/**
 * Real servers behind AWS's databases. A new one is empty but for its master user; a restored one has the data of the snapshot's moment. Like a
 * snapshot of a volume, ours is copied past the database's disk.
 */
export function openDatabases({ dir, shop, installed }: DatabasesOf): Databases {
  let source: Server & { folder?: string } = shop.parts.server;
  const made: (MadeServer & { end: () => Promise<void> })[] = [];
  const snapshots = new Map<string, { folder: string; password: string }>();
  let count = 0;
  const start = async (folder: string, password: string, from?: string) =>
    startServer(folder, password, { installed, superuser: SUPERUSER, ...(from === undefined ? {} : { from }) });
  const raise = async (name: string, password: string, from?: string): Promise<MadeServer> => {
    const own = join(dir, `made-${count++}`);
    const server = await start(own, password, from);
    const disk = startDisk();
    const link = await startLink(server.socket, disk, `127.0.0.${FIRST_ADDRESS + (count % 200)}`);
    const meter = newMeter();
    const gauges = startGauges({ meter, disk, link, database: server, hostPids: () => [] });
    const end = async () => {
      gauges.stop();
      disk.stop();
      await link.stop();
      await server.stop();
      await rm(own, { recursive: true, force: true, maxRetries: 5 });
    };
    const one = { name, server, link, meter, end };
    made.push(one);
    return one;
  };
  const create = async ({ name, databaseName, username, password = secret() }: MadeDatabase): Promise<Listens> => {
    const { server, link } = await raise(name, secret());
    await makeMaster(server, { name: username, password, database: databaseName });
    return { address: link.address, port: link.port };
  };
  const restore = async ({ name, username, password, from }: MadeDatabase): Promise<Listens> => {
    const snapshot = snapshots.get(from?.snapshot ?? "");
    if (!snapshot) throw new Error(`there is no data of the snapshot ${from?.snapshot ?? ""}`);
    const { server, link } = await raise(name, snapshot.password, snapshot.folder);
    if (password !== undefined) await setPassword(server, { name: username, password });
    return { address: link.address, port: link.port };
  };
  const clear = async () => {
    for (const { end } of made.splice(0)) await end();
    for (const { folder } of snapshots.values()) await rm(folder, { recursive: true, force: true });
    snapshots.clear();
  };
  return {
    hooks: {
      onCreated: create,
      onRestored: restore,
      onSnapshot: async ({ snapshot }) => {
        const folder = join(dir, `snapshot-${count++}`);
        await backUp(source, folder);
        snapshots.set(snapshot, { folder, password: source.password });
        return undefined;
      },
      onStall: ({ forMs }) => shop.parts.link.stall(forMs),
      newPassword: () => secret(),
    },
    metrics: ({ dimension, ...query }) => made.find(({ name }) => name === dimension)?.meter.points(query),
    serverAt: (address) => {
      const at = [{ link: shop.parts.link, server: source }, ...made].find(({ link }) => `${link.address}:${link.port}` === address);
      return at?.server;
    },
    made: () => made,
    keep: async (folder) => backUp(source, folder),
    beginAnew: async (kept) => {
      await clear();
      const [before, folder] = [source, join(dir, `source-${count++}`)];
      source = { ...(await start(folder, before.password, kept)), folder };
      shop.parts.link.lead(source.socket);
      shop.parts.link.cut();
      await before.stop();
      if (before.folder !== undefined) await rm(before.folder, { recursive: true, force: true, maxRetries: 5 });
    },
    stop: async () => {
      await clear();
      await source.stop();
    },
  };
}

function secret(): string {
  return randomBytes(18).toString("base64url");
}
