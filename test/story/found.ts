import { GetRelationalDatabaseSnapshotsCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { setTimeout as pause } from "node:timers/promises";
import { settingsOf } from "../../lab/demo/alarms.ts";
import { asSuperuser } from "../../lab/shop/database/backup.ts";
import { DATABASE } from "../../lab/shop/database/products.ts";
import { rowsOf, type Standing } from "../../lab/story/player.ts";
import type { Scene } from "./site.ts";

/** What a scene came to: how its plans ended, and everything that must not be. */
export type Found = { plans: readonly string[]; asked: boolean; acknowledged: number; wrong: readonly string[] };

/** How long the application may take to work once nothing changes any more. */
const WORKS_MS = 30_000;

/** Holds a scene against what must be so at its end, whatever happened in it. */
export async function found(scene: Scene): Promise<Found> {
  const { stage, store, writer } = scene;
  const wrong: string[] = [];
  const plans = await rowsOf<Standing & { action: string }>(
    store,
    "select id, action, state, ending, question from plan order by planned_at",
  );
  const asked = plans.some(({ state }) => state === "asking");
  const once = (what: string, count: number) => count > 1 && wrong.push(`${count} ${what}`);
  once("snapshots", await snapshotsSince(scene));
  once("instances", stage.aws.world.rdsInstances.length);
  once("temporary databases", stage.aws.world.lightsailDatabases.length - 1);
  for (const { action, state, ending } of plans)
    if (state !== "asking" && ending?.how !== "done") wrong.push(`${action} is ${ending?.how ?? state}`);
  const address = await scene.address();
  const server = stage.databases.serverAt(address);
  if (!server) wrong.push(`the application's file names ${address}, where nothing listens`);
  if (!(await works(stage.shop.parts.app.ports.site))) wrong.push("the application does not work");
  const lost = server ? await writer.lostRows(server) : [];
  if (lost.length > 0) wrong.push(`${lost.length} acknowledged rows are not in the database in use, such as ${lost[0]}`);
  const home = `${stage.shop.parts.link.address}:${stage.shop.parts.link.port}`;
  if (address !== home && (await isOpen(stage.databases.serverAt(home)))) wrong.push("the database that was left lets the application in");
  const { acknowledged } = writer.counts();
  return { plans: plans.map(({ action, state, ending }) => `${action} ${ending?.how ?? state}`), asked, acknowledged, wrong };
}

async function snapshotsSince({ stage, began }: Scene): Promise<number> {
  const lightsail = new LightsailClient(settingsOf(stage.aws));
  const { relationalDatabaseSnapshots = [] } = await lightsail.send(new GetRelationalDatabaseSnapshotsCommand({}));
  lightsail.destroy();
  return relationalDatabaseSnapshots.filter(({ createdAt }) => createdAt && createdAt >= began).length;
}

/** A page comes out of the database. */
async function works(port: number): Promise<boolean> {
  for (const end = performance.now() + WORKS_MS; performance.now() < end; await pause(250)) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/products/1/`).catch(() => undefined);
    await answer?.text().catch(() => {});
    if (answer?.status === 200) return true;
  }
  return false;
}

async function isOpen(server: Parameters<typeof asSuperuser>[0] | undefined): Promise<boolean> {
  if (!server) return false;
  const { rows } = await asSuperuser(server, "postgres", async (client) =>
    client.query<{ open: boolean }>("select rolcanlogin as open from pg_roles where rolname = $1", [DATABASE.role]),
  );
  return rows[0]?.open ?? false;
}
