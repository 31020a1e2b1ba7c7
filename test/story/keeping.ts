import { DeleteRelationalDatabaseSnapshotCommand, GetRelationalDatabaseSnapshotsCommand, LightsailClient } from "@aws-sdk/client-lightsail";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { settingsOf } from "../../lab/demo/alarms.ts";
import type { Stage } from "../../lab/demo/stage.ts";
import { endLeftBehind } from "../../lab/shop/host/own-processes.ts";
import type { AwsWorld } from "../../lab/aws/world.ts";
import type { KeptData } from "../../lab/story/databases.ts";
import { inMaintenance, nameOf } from "./stores.ts";

/** A moment of the story between two repairs, from which scenes begin: everything that a repair reads or changes. */
export type Moment = {
  /** The name of the store's copy. */
  store: string;
  data: KeptData;
  /** The application's environment file. */
  environment: string;
  /** What the host's programs keep, in a folder of its own. */
  host: string;
  world: Pick<AwsWorld, "rdsInstances" | "lightsailDatabases">;
  snapshots: ReadonlySet<string>;
  sayAgain: () => void;
};

/** Keeps the moment in a folder. The product must not run. */
export async function keepMoment({ stage, store, folder }: { stage: Stage; store: string; folder: string }): Promise<Moment> {
  const { databases, shop, aws, slack } = stage;
  const { files, host } = shop.parts;
  const name = `kept_${nameOf(store)}`;
  await inMaintenance(stage, `create database ${name} template ${nameOf(store)}`);
  await mkdir(folder, { recursive: true });
  await cp(host.state, join(folder, "host"), { recursive: true });
  return {
    store: name,
    data: await databases.keep(join(folder, "data")),
    environment: await readFile(files.application, "utf8"),
    host: join(folder, "host"),
    world: { rdsInstances: [...aws.world.rdsInstances], lightsailDatabases: [...aws.world.lightsailDatabases] },
    snapshots: new Set((await snapshotsOf(stage)).map(({ name }) => name)),
    sayAgain: slack.workspace.keep(),
  };
}

/**
 * Lets everything be as it was at one of the moments, with a store of its own; returns its URL. Snapshots that another moment has stay. The product must
 * not run.
 */
export async function setBack(stage: Stage, moments: readonly Moment[], moment: Moment, name: string): Promise<string> {
  const { databases, shop, aws } = stage;
  const { files, host } = shop.parts;
  const folder = dirname(files.application);
  for (const each of await readdir(folder)) if (each.includes(".gumshoe-")) await rm(join(folder, each));
  await writeFile(files.application, moment.environment);
  endLeftBehind(host.state);
  await rm(host.state, { recursive: true, force: true });
  await cp(moment.host, host.state, { recursive: true });
  aws.world.rdsInstances.splice(0, Infinity, ...moment.world.rdsInstances);
  aws.world.lightsailDatabases.splice(0, Infinity, ...moment.world.lightsailDatabases);
  await deleteSnapshots(stage, new Set(moments.flatMap(({ snapshots }) => [...snapshots])));
  moment.sayAgain();
  await Promise.all([databases.beginAnew(moment.data), inMaintenance(stage, `create database ${name} template ${moment.store}`)]);
  return Object.assign(new URL(stage.store), { pathname: `/${name}` }).href;
}

/** The account's snapshots, all of them. */
export async function snapshotsOf({ aws }: Stage): Promise<{ name: string; createdAt: Date }[]> {
  const lightsail = new LightsailClient(settingsOf(aws));
  const found: { name: string; createdAt: Date }[] = [];
  let pageToken: string | undefined;
  do {
    const page = await lightsail.send(new GetRelationalDatabaseSnapshotsCommand({ pageToken }));
    for (const { name = "", createdAt = new Date(0) } of page.relationalDatabaseSnapshots ?? []) found.push({ name, createdAt });
    pageToken = page.nextPageToken;
  } while (pageToken);
  lightsail.destroy();
  return found;
}

/** The newest snapshot of an incident is what a rehearsal begins with, so none may be there of a scene that is over. */
async function deleteSnapshots(stage: Stage, kept: ReadonlySet<string>): Promise<void> {
  const lightsail = new LightsailClient(settingsOf(stage.aws));
  for (const { name } of await snapshotsOf(stage))
    if (!kept.has(name)) await lightsail.send(new DeleteRelationalDatabaseSnapshotCommand({ relationalDatabaseSnapshotName: name }));
  lightsail.destroy();
}
