import type { Config } from "../config/config.ts";
import { presentOf, saysMove, type Moves, type Present } from "../remediation/moves.ts";
import { StoreFault } from "../store/database/store-fault.ts";
import { tellPlan } from "../words/plan-say.ts";
import type { Words } from "../words/en.ts";
import { tellFault } from "./store/say-fault.ts";
import { printable } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import type { Terminal } from "./verbs.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * An environment of gumshoe.yml as it is at present, for one command: where it has repairs and a store is there, with the database to which they have led
 * its application. A store that cannot be read is told, and does not keep anybody from looking. Throws a UsageError where there is no such environment.
 */
export async function presentFor(
  name: string,
  config: Config,
  words: Words,
  { env, progress }: Pick<Terminal, "env" | "progress">,
): Promise<Present> {
  const environment = config.environments.get(name);
  if (!environment) throw new UsageError(words.errors.noEnvironment(name, [...config.environments.keys()]));
  if (!environment.actions) return environment;
  const moves = await movesFor(name, { url: env["DATABASE_URL"] || undefined, folder: config.store.folder }).catch((error: unknown) => {
    const because = error instanceof StoreFault ? tellFault(error.fault, words) : (error as Error).message;
    progress(`${printable(words.errors.movesUnread(because))}\n`);
    return [];
  });
  const present = presentOf(environment, moves);
  const { moved, database } = present;
  if (moved) progress(`${printable(tellPlan(saysMove(moved, database.monitorUrlFrom), words))}\n`);
  return present;
}

/** The moves that are written down; none where no store is there. */
async function movesFor(name: string, at: { url: string | undefined; folder: string }): Promise<Moves> {
  // Whoever has no repairs does not wait for the store's clients to load.
  const [{ openForCommand }, { movesOf }] = await Promise.all([import("../store/open.ts"), import("../store/plans/read.ts")]);
  try {
    const { db, close } = await openForCommand({ ...at, log: silent });
    try {
      return await movesOf(db, name);
    } finally {
      await close();
    }
  } catch (error) {
    if (error instanceof StoreFault && error.fault.kind === "empty") return [];
    throw error;
  }
}
