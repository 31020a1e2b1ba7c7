import { escapeLiteral } from "pg";
import { asSuperuser } from "../shop/database/backup.ts";
import { DATABASE } from "../shop/database/products.ts";
import type { Shop } from "../shop/shop.ts";
import type { Databases } from "./databases.ts";
import { databaseIn } from "./writer.ts";

/** Makes the monitoring role in the database that the application uses now, as an operator does after a move: a copy brings the application's role alone. */
export async function makeMonitorRole({ monitorUrl, parts }: Pick<Shop, "monitorUrl" | "parts">, databases: Databases): Promise<void> {
  const address = await databaseIn(parts.files.application);
  const server = databases.serverAt(address);
  if (!server) throw new Error(`the application's database is at ${address}, where no server of the lab is`);
  const password = decodeURIComponent(new URL(monitorUrl).password);
  await asSuperuser(server, "postgres", async (client) =>
    client.query(`create role ${DATABASE.monitor} login password ${escapeLiteral(password)} in role pg_monitor`),
  );
}
