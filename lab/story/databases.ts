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

/** Copies of the data of every server at one moment: the shop's, and by name of those that were made. */
export type KeptData = { source: string; made: readonly { name: string; folder: string }[] };

/** The servers behind the account's databases: the shop's, and one for each that is made or restored. */
export type Databases = {
  hooks: DatabaseHooks;
  /** Metrics of a database that was made; nothing where it is another one. */
  metrics: (query: MetricQuery) => MetricPoint[] | undefined;
  /** The server that listens at `host:port`: the shop's, or one that was made. */
  serverAt: (address: string) => Server | undefined;
  made: () => readonly MadeServer[];
  /** Copies all data as they are now, for `beginAnew`. What is made by now stays at its address from then on. */
  keep: (folder: string) => Promise<KeptData>;
  /** Ends what was made since and never kept, forgets its snapshots, and lets each server have the data that were kept of it. */
  beginAnew: (kept: KeptData) => Promise<void>;
  stop: () => Promise<void>;
};

/** Where their data goes, the shop whose database is copied, and the PostgreSQL that they are of. */
export type DatabasesOf = { dir: string; shop: Shop; installed: Installed | undefined };

/** What was just written or copied lies in memory for the most part: of what is read of a made database, so much comes from its disk. */
const FROM_DISK = 0.3;

/** Made databases have an address each, above the shop's own. */
const FIRST_ADDRESS = 22;

/**
 * Real servers behind AWS's databases. A new one is empty but for its master user; a restored one has the data of the snapshot's moment. Like a
 * snapshot of a volume, ours is copied past the database's disk.
 */
export function openDatabases({ dir, shop, installed }: DatabasesOf): Databases {
  const source: Standing = { server: shop.parts.server, link: shop.parts.link };
  const made: (MadeServer & Standing & { end: () => Promise<void> })[] = [];
  const lasting = new Set<string>();
  const snapshots = new Map<string, { folder: string; password: string }>();
  let count = 0;
  const start = async (folder: string, password: string, from?: string) =>
    startServer(folder, password, { installed, superuser: SUPERUSER, ...(from === undefined ? {} : { from }) });
  const raise = async (name: string, password: string, from?: string): Promise<MadeServer> => {
    const own = join(dir, `made-${count++}`);
    const server = await start(own, password, from);
    const disk = startDisk(FROM_DISK);
    const link = await startLink(server.socket, disk, `127.0.0.${FIRST_ADDRESS + (count % 200)}`);
    const meter = newMeter();
    const gauges = startGauges({ meter, disk, link, database: server, hostPids: () => [] });
    const one = {
      name,
      server,
      link,
      meter,
      folder: own,
      end: async () => {
        gauges.stop();
        disk.stop();
        await link.stop();
        await one.server.stop();
        await remove(one.folder);
      },
    };
    made.push(one);
    return one;
  };
  /** The first that is new is laid out, and the others are copies of it, with its superuser's password that nobody is told. */
  const blank = { password: secret(), folder: undefined as string | undefined };
  const create = async ({ name, databaseName, username, password = secret() }: MadeDatabase): Promise<Listens> => {
    const { server, link } = await raise(name, blank.password, blank.folder);
    if (blank.folder === undefined) {
      const folder = join(dir, "blank");
      await backUp(server, folder);
      blank.folder = folder;
    }
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
  /** Ends and forgets all but what is to stay. */
  const clear = async (stays: (name: string) => boolean) => {
    const all = made.splice(0);
    made.push(...all.filter(({ name }) => stays(name)));
    await Promise.all(all.filter(({ name }) => !stays(name)).map(async ({ end }) => end()));
    for (const [name, { folder }] of snapshots)
      if (!stays(name)) {
        snapshots.delete(name);
        await remove(folder);
      }
  };
  /** Lets a server's address lead to a new one with other data. */
  const renew = async (standing: Standing, from: string) => {
    const { server, link, folder } = standing;
    standing.folder = join(dir, `data-${count++}`);
    standing.server = await start(standing.folder, server.password, from);
    link.lead(standing.server.socket);
    link.cut();
    await server.stop();
    if (folder !== undefined) await remove(folder);
  };
  return {
    hooks: {
      onCreated: create,
      onRestored: restore,
      onSnapshot: async ({ snapshot }) => {
        const folder = join(dir, `snapshot-${count++}`);
        await backUp(source.server, folder);
        snapshots.set(snapshot, { folder, password: source.server.password });
        return undefined;
      },
      onStall: ({ forMs }) => shop.parts.link.stall(forMs),
      newPassword: () => secret(),
    },
    metrics: ({ dimension, ...query }) => made.find(({ name }) => name === dimension)?.meter.points(query),
    serverAt: (address) => [source, ...made].find(({ link }) => `${link.address}:${link.port}` === address)?.server,
    made: () => made,
    keep: async (folder) => {
      const kept = { source: join(folder, "source"), made: made.map(({ name }) => ({ name, folder: join(folder, name) })) };
      await backUp(source.server, kept.source);
      for (const { name, server } of made) await backUp(server, join(folder, name));
      for (const name of [...made.map((each) => each.name), ...snapshots.keys()]) lasting.add(name);
      return kept;
    },
    beginAnew: async (kept) => {
      await clear((name) => lasting.has(name));
      const standing = (name: string) => made.find((each) => each.name === name);
      const renewed = [{ of: source, folder: kept.source }, ...kept.made.map(({ name, folder }) => ({ of: standing(name), folder }))];
      await Promise.all(renewed.map(async ({ of, folder }) => of && renew(of, folder)));
    },
    stop: async () => {
      await clear(() => false);
      await source.server.stop();
    },
  };
}

/** What stands at an address, and its folder where that is to be removed with it. */
type Standing = { server: Server; link: Link; folder?: string };

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function secret(): string {
  return randomBytes(18).toString("base64url");
}
