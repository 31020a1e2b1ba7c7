import { setTimeout as pause } from "node:timers/promises";
import { asSuperuser } from "../../lab/shop/database/backup.ts";
import { DATABASE } from "../../lab/shop/database/products.ts";
import type { Server } from "../../lab/shop/database/server.ts";
import { rowsOf, type Standing } from "../../lab/story/player.ts";
import { snapshotsOf } from "./keeping.ts";
import type { Scene } from "./site.ts";

/** What a scene came to: how its plan ended, the rows that were acknowledged meanwhile, and everything that must not be. */
export type Found = { ended: string; acknowledged: number; wrong: readonly string[] };

/**
 * How a scene's plan is to end: `done` where nothing but a kill is in its way. With `leavesBehind` the application has worked with the new database before
 * it went back: what that one acknowledged is there alone, and the plan's end says so.
 */
export type ToCome = { ends: string; leavesBehind?: boolean };

/** How long the application may take to work once nothing changes any more. */
const WORKS_MS = 30_000;

/** Holds a scene against what must be so at its end, whatever happened in it. */
export async function found(scene: Scene, { ends, leavesBehind = false }: ToCome): Promise<Found> {
  const { store, began, writer } = scene;
  const [plan, ...more] = await rowsOf<Standing>(
    store,
    "select id, state, ending, question from plan where planned_at >= $1 and state <> 'proposed' order by planned_at",
    [began],
  );
  const ended = plan?.ending?.how ?? plan?.state ?? "never planned";
  const wrong = [...(await tooMany(scene)), ...(await wrongWithDatabase(scene, ended, leavesBehind))];
  if (leavesBehind && !JSON.stringify(plan?.ending ?? {}).includes("wroteToNew")) wrong.push("its end does not say what is left behind");
  if (more.length > 0) wrong.push(`${more.length + 1} plans were approved`);
  // A crash alone is no reason to stop, to go back or to ask: whoever starts the product again finds it going on.
  if (ended !== ends) wrong.push(`it is ${ended}: ${JSON.stringify(plan?.ending ?? plan?.question ?? {})}`);
  return { ended, acknowledged: writer.counts().acknowledged, wrong };
}

/** What was made more than once, or at all where nothing of the kind was to be made. */
async function tooMany({ stage, action, before, began }: Scene): Promise<string[]> {
  const { rdsInstances, lightsailDatabases } = stage.aws.world;
  const made: [what: string, by: string, count: number][] = [
    ["snapshots", "snapshot-database", (await snapshotsOf(stage)).filter(({ createdAt }) => createdAt >= began).length],
    ["instances", "create-rds-gp3", rdsInstances.length - before.instances],
    ["temporary databases", "rehearse-copy", lightsailDatabases.length - before.databases],
  ];
  return made.flatMap(([what, by, count]) => (count > (action === by ? 1 : 0) ? [`${count} new ${what}`] : []));
}

/**
 * The application works with one of the two databases, which has every row that was acknowledged (but for those that a new one was left with); one that
 * was left lets it in no more.
 */
async function wrongWithDatabase(scene: Scene, ended: string, leavesBehind: boolean): Promise<string[]> {
  const { stage, action, writer, address: addressOf } = scene;
  const { parts } = stage.shop;
  const home = `${parts.link.address}:${parts.link.port}`;
  const address = await addressOf();
  const moved = action === "move-database" && ended === "done";
  const wrong: string[] = [];
  if (!(await works(parts.app.ports.site))) wrong.push("the application does not work");
  if ((address !== home) !== moved) wrong.push(`the application's file names ${address}, and the repair is ${ended}`);
  const [server, old] = [stage.databases.serverAt(address), stage.databases.serverAt(home)];
  if (!server || !old) return [...wrong, `the application's file names ${address}, where nothing listens`];
  const elsewhere = leavesBehind ? newServer(stage) : undefined;
  const nowhere = elsewhere && new Set(await writer.lostRows(elsewhere));
  const lost = (await writer.lostRows(server)).filter((row) => nowhere?.has(row) ?? true);
  if (lost.length > 0) wrong.push(`${lost.length} acknowledged rows are not in the database in use, such as ${lost[0]}`);
  if (!(await isOpen(server))) wrong.push("the database in use does not let the application in");
  if (moved && (await isOpen(old))) wrong.push("the database that was left lets the application in");
  return wrong;
}

/** The server behind the instance that was made last. */
export function newServer({ aws, databases }: Scene["stage"]): Server | undefined {
  const instance = aws.world.rdsInstances.at(-1)?.DBInstanceIdentifier;
  return databases.made().find(({ name }) => name === instance)?.server;
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

async function isOpen(server: Server): Promise<boolean> {
  const { rows } = await asSuperuser(server, "postgres", async (client) =>
    client.query<{ open: boolean }>("select rolcanlogin as open from pg_roles where rolname = $1", [DATABASE.role]),
  );
  return rows[0]?.open ?? false;
}
