import { expect } from "vitest";
import type { SeenDatabase } from "../../../src/remediation/actions/database.ts";
import type { MakeDatabase, OwnSnapshot, SeenNew } from "../../../src/remediation/actions/new-database.ts";

/** The tags of what the plan of every test makes. */
const MINE = { "managed-by": "gumshoe", "gumshoe-plan": "p1" };

/** The present database, as it is looked at. */
export const present = (more: Partial<SeenDatabase> = {}): SeenDatabase => ({
  service: "lightsail",
  name: "shop-db",
  id: "arn:db",
  arn: "arn:db",
  status: "available",
  plan: "micro_2_0",
  sizeGib: 40,
  endpoint: "db:5432",
  standby: false,
  ...more,
});

/** A snapshot that was taken for the incident of every test. */
export const snapshot = (more: Partial<OwnSnapshot> = {}): OwnSnapshot => ({
  name: "gumshoe-i12-p0",
  arn: "arn:snapshot",
  status: "available",
  sizeGib: 40,
  takenAt: new Date("2026-11-02T02:50:00Z"),
  tags: { "managed-by": "gumshoe", "gumshoe-plan": "p0" },
  ...more,
});

/** Where new databases come to be: each look brings one of them a status further, and `is` says what it has in the end. */
export function making(is: Partial<SeenNew> = {}, statuses: readonly string[] = ["creating", "available"]) {
  const made = new Map<string, { seen: SeenNew; turn: number }>();
  const sent: string[] = [];
  const add = (name: string, seen: Partial<SeenNew> = {}) =>
    void made.set(name, { turn: 0, seen: { status: "", endpoint: `${name}:5432`, tags: MINE, has: {}, ...is, ...seen } });
  const port: MakeDatabase = {
    find: async (name) => {
      const found = made.get(name);
      if (!found) return undefined;
      const status = statuses[Math.min(found.turn++, statuses.length - 1)] ?? "available";
      return { ...found.seen, status: found.seen.status || status };
    },
    create: async (_, { operation, input }) => {
      const name = String(input["name"]);
      sent.push(`${operation} ${name}`);
      add(name);
      return "sent";
    },
  };
  return { port, sent, add, made };
}

/** An end whose sentences have this among them. */
export const saying = (text: string) => ({ says: expect.arrayContaining([expect.stringContaining(text)]) as string[] });
