import type { Environment } from "../../config/config.ts";
import { presentOf, type Moves, type Present, type ReadMoves } from "../../remediation/moves.ts";
import type { Log } from "../../slack/log.ts";

/** The environments that gumshoe.yml names, where their moves are written down, and who hears that it could not be read. */
export type Presenting = { environments: ReadonlyMap<string, Environment>; movesIn: ReadMoves; log: Pick<Log, "warn"> };

/**
 * Tells how an environment is at present, asked anew each time: another copy may have led its application elsewhere. While the store does not answer it is
 * as it was when it last did, else as gumshoe.yml says. Never rejects; nothing of what gumshoe.yml does not name.
 */
export function presentIn({ environments, movesIn, log }: Presenting): (name: string) => Promise<Present | undefined> {
  const last = new Map<string, Moves>();
  return async (name) => {
    const environment = environments.get(name);
    if (!environment) return undefined;
    const moves = await movesIn(name).catch((error: unknown) => {
      log.warn({ environment: name, err: error }, "reading where repairs have led an application");
      return undefined;
    });
    if (moves) last.set(name, moves);
    return presentOf(environment, moves ?? last.get(name) ?? []);
  };
}

/** Tells the log of the environments whose database is not the one that gumshoe.yml names. */
export async function logMoved({ environments, log }: Presenting, present: (name: string) => Promise<Present | undefined>): Promise<void> {
  for (const name of environments.keys()) {
    const moved = (await present(name))?.moved;
    if (moved)
      log.warn({ environment: name, ...moved }, "gumshoe.yml names a database that the application has left; looking at the new one");
  }
}

/**
 * Whose alarms are whose at present: those of the database that a repair has led to are the environment's, too; those of the one that it left stay its own,
 * since they have yet to end. Only repairs move a database, so environments without any are not asked about.
 */
export function withNewDatabases(
  environments: ReadonlyMap<string, Environment>,
  present: (name: string) => Promise<Present | undefined>,
): () => Promise<ReadonlyMap<string, Environment>> {
  return async () => {
    const each = [...environments].map(async ([name, environment]): Promise<[string, Environment]> => {
      const { metrics, actions } = environment;
      const rds = actions && metrics && !("files" in metrics) ? (await present(name))?.moved?.rds : undefined;
      return [name, rds === undefined ? environment : { ...environment, metrics: { ...metrics, rds } }];
    });
    return new Map(await Promise.all(each));
  };
}
