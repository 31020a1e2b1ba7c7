import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { asSuperuser } from "../../lab/shop/database/backup.ts";
import { DATABASE } from "../../lab/shop/database/products.ts";
import type { BadStatus, DatabaseDeed } from "../../lab/aws/hooks.ts";
import { killDump, readOr } from "../slow/switch/strikes.ts";
import { newServer, type ToCome } from "./found.ts";
import type { Scene } from "./site.ts";

/** Something that goes wrong in a repair: which, when (what was written down last, or from its beginning on), and what comes of it. */
export type Fault = { name: string; action: string; when?: string; strike: (scene: Scene) => Promise<void> | void } & ToCome;

const endsBadly = (deed: DatabaseDeed["deed"], as: BadStatus) => (scene: Scene) => {
  scene.stage.aws.world.endsBadly = (each) => (each.deed === deed ? as : undefined);
};

/** How long it is waited for what is to be struck. */
const COMES_MS = 60_000;

/** The faults that are played; each leaves the application with the old database, as before. */
export const FAULTS: readonly Fault[] = [
  {
    name: "the snapshot fails",
    action: "snapshot-database",
    strike: endsBadly("snapshot", "failed"),
    ends: "failed",
  },
  {
    name: "the new database's network does not fit",
    action: "create-rds-gp3",
    strike: endsBadly("create", "incompatible-network"),
    ends: "failed",
  },
  { name: "the new database's disk is full", action: "create-rds-gp3", strike: endsBadly("create", "storage-full"), ends: "failed" },
  { name: "the temporary database cannot be restored", action: "rehearse-copy", strike: endsBadly("restore", "failed"), ends: "failed" },
  {
    name: "the dump is killed in the rehearsal",
    action: "rehearse-copy",
    when: "begun change rehearsal begins",
    strike: killsDump,
    ends: "failed",
  },
  { name: "the dump is killed in the move", action: "move-database", when: "begun change copy begins", strike: killsDump, ends: "failed" },
  {
    name: "the old database's connections are cut in the copy",
    action: "move-database",
    when: "begun change copy begins",
    strike: cutsCopy,
    ends: "failed",
  },
  {
    name: "the application does not work after the switch",
    action: "move-database",
    when: "done wait prove",
    strike: async ({ stage }) => {
      const server = newServer(stage);
      if (!server) throw new Error("there is no new database");
      await asSuperuser(server, DATABASE.name, async (client) => client.query("delete from products where id = 1"));
    },
    ends: "failed",
    leavesBehind: true,
  },
];

async function until<Found>(look: () => Found | undefined): Promise<Found> {
  for (const end = performance.now() + COMES_MS; performance.now() < end; await pause(5)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error("what is to go wrong never came");
}

/** The copy's own pg_dump, known by its environment, once it dumps. */
async function killsDump({ stage }: Scene): Promise<void> {
  const own = `GUMSHOE_COPY_RUN=${stage.shop.parts.host.state}/`;
  await until(() => killDump(own) || undefined);
}

/** As soon as the schema is read, and again until no row is copied any more: each connection of a copy is short. */
async function cutsCopy({ stage }: Scene): Promise<void> {
  const { host, link } = stage.shop.parts;
  const isCopied = () => {
    const folder = readdirSync(host.state).find((name) => name.startsWith("copy-m-"));
    const told = (name: string) => (folder === undefined ? "" : readOr(join(host.state, folder, name)).trim());
    return /^(?:schema|data)$/.test(told("phase")) && told("exit") === "";
  };
  await until(() => isCopied() || undefined);
  for (const end = performance.now() + COMES_MS; isCopied() && performance.now() < end; await pause(20)) link.cut();
}
