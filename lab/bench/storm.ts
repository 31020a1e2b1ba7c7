import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { deliveryId, type Delivery } from "../../src/alarm/alarm.ts";
import { readDelivery } from "../../src/alarm/read/read-delivery.ts";
import { intakeOf } from "../../src/alarm/take-in.ts";
import { openLibrary } from "../../src/cli/shipped.ts";
import { readConfig } from "../../src/config/config.ts";
import { openStore } from "../../src/store/open.ts";
import { storeOf } from "../../src/store/store.ts";
import { stormConfig } from "../storm/config.ts";
import { stormOf } from "../storm/storm.ts";

// What deciding costs: a storm taken in whole, against a loop that only reads each body and stores it. Both write to the built-in PostgreSQL, which is
// safe on the disk; both take ten deliveries a transaction, as a queue gives them.
const DELIVERIES = 3_000;
const BATCH = 10;
const ROUNDS = 3;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const dir = await mkdtemp(join(tmpdir(), "gumshoe-bench-"));
const store = await openStore({ folder: dir, log: silent });
try {
  const { library } = await openLibrary();
  const text = stringify(stormConfig({ queueUrl: "http://127.0.0.1:1/queue", folder: dir, health: "127.0.0.1:8321" }));
  const { environments } = readConfig("gumshoe.yml", text);
  const { ledger } = storeOf({ db: store.db, copies: store.copies, now: () => new Date() });
  const take = intakeOf({ ledger, environments, library, log: silent, now: () => new Date() });
  const bare = async (deliveries: readonly Delivery[]) => {
    const rows = deliveries.map(({ source, receivedAt }) => ({ id: randomUUID(), source, received_at: receivedAt }));
    await store.db.transaction().execute(async (tx) => {
      for (const row of rows) await tx.insertInto("delivery").values(row).execute();
    });
  };
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const bodies = [...stormOf({ seed: round, from: new Date(Date.now() - 20 * 60_000), deliveries: DELIVERIES }).deliveries()].map(
      ({ body }) => body,
    );
    const [alone, whole] = [await perSecond(bodies, bare), await perSecond(bodies, take)];
    ratios.push(alone / whole);
    console.log(
      `round ${round}  read and stored: ${Math.round(alone)} a second   taken in: ${Math.round(whole)} a second   ×${(alone / whole).toFixed(2)}`,
    );
  }
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  console.log(
    `${DELIVERIES} deliveries a round on ${cpus().length} CPUs: deciding takes ${median?.toFixed(2)} times a bare loop's time (median)`,
  );
} finally {
  await store.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}

async function perSecond(bodies: readonly string[], take: (deliveries: readonly Delivery[]) => Promise<void>): Promise<number> {
  const began = performance.now();
  for (let at = 0; at < bodies.length; at += BATCH) {
    const receivedAt = new Date();
    const deliveries = bodies.slice(at, at + BATCH).flatMap((body): Delivery[] => {
      const read = readDelivery(body, "eventbridge");
      return "alarm" in read ? [{ id: deliveryId(read.alarm), source: "eventbridge", receivedAt, alarm: read.alarm }] : [];
    });
    await take(deliveries);
  }
  return (bodies.length * 1000) / (performance.now() - began);
}
