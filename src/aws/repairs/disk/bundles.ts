import { GetRelationalDatabaseBundlesCommand, LightsailClient, type RelationalDatabaseBundle } from "@aws-sdk/client-lightsail";
import type { Access } from "../../access.ts";
import { ask } from "../../ask.ts";

/** All plans that Lightsail has for databases, those that it does not offer any more too. */
export async function bundlesOf(access: Access, signal: AbortSignal): Promise<RelationalDatabaseBundle[]> {
  const bundles: RelationalDatabaseBundle[] = [];
  let pageToken: string | undefined;
  do {
    const command = new GetRelationalDatabaseBundlesCommand({ includeInactive: true, ...(pageToken ? { pageToken } : {}) });
    const page = await ask(access, access.open(LightsailClient), command, { signal });
    bundles.push(...(page.bundles ?? []));
    pageToken = page.nextPageToken;
  } while (pageToken);
  return bundles;
}
