import { escapeLiteral } from "pg";
import { asSuperuser } from "../shop/database/backup.ts";
import { DATABASE } from "../shop/database/products.ts";
import type { Shop } from "../shop/shop.ts";
import type { Databases } from "./databases.ts";
import { databaseIn } from "./writer.ts";

/** The shop as gumshoe.yml is to have it after its database has moved: its address, its instance at RDS, and where the monitor connects. */
export async function movedDatabase(
  { environment, monitorUrl, parts }: Shop,
  databases: Databases,
): Promise<{ environment: Shop["environment"]; instance: string; monitorUrl: string }> {
  const address = await databaseIn(parts.files.application);
  const made = databases.made().find(({ link }) => `${link.address}:${link.port}` === address);
  if (!made) throw new Error(`the application's database is at ${address}, which no repair has made`);
  const { link, server, name } = made;
  const url = new URL(monitorUrl);
  const password = decodeURIComponent(url.password);
  // A copy brings the application's role alone.
  await asSuperuser(server, "postgres", async (client) =>
    client.query(`create role ${DATABASE.monitor} login password ${escapeLiteral(password)} in role pg_monitor`),
  );
  url.host = address;
  return {
    environment: { ...environment, database: { ...environment.database, host: link.address, port: link.port } },
    instance: name,
    monitorUrl: url.href,
  };
}
