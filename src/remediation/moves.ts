import type { Environment } from "../config/config.ts";
import { say, type PlanSay } from "../words/plan-say.ts";
import type { Input } from "./plan.ts";

/** A repair that was done has led the application from one database to another, `host:port` each; `rds` is what RDS calls the new one, where that is known. */
export type Move = { left: string; to: string; rds?: string };

/** Moves of an environment, in the order in which they were done. */
export type Moves = readonly Move[];

/** An environment as it is at present. With `moved` its database is another one than gumshoe.yml names. */
export type Present = Environment & { moved?: Move };

/** Reads the moves of an environment; rejects where that is not known. */
export type ReadMoves = (environment: string) => Promise<Moves>;

/** What a plan gives that has led the application over. */
export function givenBy({ left, to, rds }: Move): Input {
  return { left, ledTo: to, ...(rds === undefined ? {} : { ledToRds: rds }) };
}

/** The move that a plan has given, if it was one. */
export function moveIn({ left, ledTo, ledToRds }: Input): Move | undefined {
  if (!left || !ledTo) return undefined;
  return { left, to: ledTo, ...(ledToRds ? { rds: ledToRds } : {}) };
}

/**
 * An environment with the database to which its repairs have led the application. Where gumshoe.yml names one that no repair has left, or the way led
 * back to it, or people say that moves are not to be followed, it is as gumshoe.yml says. Of what it names, only the metrics of the new database are read, and none of a database where its name is not known.
 */
export function presentOf(environment: Environment, moves: Moves): Present {
  const { database, metrics } = environment;
  const left = addressOf(environment);
  const last = database.followMoves === false ? undefined : lastFrom(left, moves);
  if (!last || isSame(last.to, left)) return environment;
  const [host, port] = partsOf(last.to);
  return {
    ...environment,
    database: { ...database, host, port },
    ...(metrics ? { metrics: metricsAt(metrics, last.rds) } : {}),
    moved: { ...last, left },
  };
}

/** Where an environment's database is. */
export function addressOf({ database }: Pick<Environment, "database">): string {
  return `${database.host}:${database.port}`;
}

/** The host and the port of an address. */
export function partsOf(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}

/** What gumshoe.yml still says, and what is to be written there; `monitor` is the variable with the address that Gumshoe itself looks into. */
export function saysMove({ left, to, rds }: Move, monitor: string | undefined): PlanSay {
  return say("watchesNew", to, left, rds ?? null, monitor ?? null);
}

/** Follows the newest move away from an address, and those that came after it. */
function lastFrom(address: string, moves: Moves): Move | undefined {
  const nth = moves.findLastIndex(({ left }) => isSame(left, address));
  const move = moves[nth];
  return move && (lastFrom(move.to, moves.slice(nth + 1)) ?? move);
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function metricsAt(metrics: NonNullable<Environment["metrics"]>, rds: string | undefined): NonNullable<Environment["metrics"]> {
  if ("files" in metrics) return metrics;
  const { lightsailDatabase: _, rds: __, ...others } = metrics;
  return { ...others, ...(rds === undefined ? {} : { rds }) };
}
