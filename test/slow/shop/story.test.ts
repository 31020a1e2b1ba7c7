import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startShop, type Shop } from "../../../lab/shop/shop.ts";
import { diagnosed } from "../../lab/shop/diagnosed.ts";
import { withoutPython } from "../../lab/shop/without-python.ts";

// One shop, from well through choked to well again, in real time: gunicorn's time-outs take half a minute each.
const root = mkdtempSync(join(tmpdir(), "gumshoe-slow-"));
let shop: Shop;

beforeAll(async () => {
  shop = await startShop({ dir: join(root, "shop"), story: "calm" });
});
afterAll(async () => {
  await shop.stop();
  rmSync(root, { recursive: true, force: true });
});

it(
  "is healthy, chokes, is diagnosed by what really happened in it, and recovers when its disk is mended",
  { timeout: 900_000 },
  async () => {
    expect((await lookUntil(({ verdict }) => verdict !== "inconclusive")).verdict).toBe("healthy");

    shop.disk.choke();
    const chokedAt = Date.now();
    await pause(95_000);
    const { diagnosis } = await diagnosed(shop, { database: true });
    expect(diagnosis.verdict.rootCauses).toEqual(["db-disk-saturated"]);
    expect(diagnosis.verdict.chain).toEqual(["db-disk-saturated", "db-connect-slow", "worker-timeout", "http-502"]);
    expect(diagnosis.looks.map(({ look, state }) => `${look} ${state}`)).toEqual([
      "caddy-log telling",
      "worker-timeout telling",
      "kernel-oom clean",
      "db-connect telling",
      "disk-queue telling",
    ]);
    const [sum] = diagnosis.arithmetic;
    expect(sum).toMatchObject({ timeoutS: 30, timeoutAssumed: false });
    expect(sum!.timeoutS + sum!.goneS + sum!.remainderS).toBeCloseTo(sum!.durationS, 3);
    expect(Math.abs(diagnosis.evidence.window.beganAt.getTime() - chokedAt)).toBeLessThan(15_000);

    shop.disk.mend();
    await pause(10_000);
    expect(queueNow()).toBeLessThan(2);
    await pause(65_000);
    const after = await lookUntil(({ rootCauses }) => rootCauses.length === 0);
    expect(after.rootCauses).toEqual([]);
    expect(after.symptoms.filter(({ visible }) => visible)).toEqual([]);
  },
);

it("is diagnosed at once where it starts choking, also by its database's own view, on a host without python3", async () => {
  const choking = await startShop({ dir: join(root, "choking"), story: "choking", systemPath: withoutPython(join(root, "programs")) });
  try {
    const { verdict, evidence } = (await diagnosed(choking, { database: true })).diagnosis;
    expect(verdict.rootCauses).toEqual(["db-disk-saturated"]);
    expect(verdict.notSeen).toEqual([]);
    const connects = evidence.hosts.get("shop")?.get("db-connect");
    const { attempts, slow, timedOut } = connects?.kind === "facts" ? connects.facts : {};
    // On a busy machine an attempt may take longer than it is given.
    expect([attempts, Number(slow) + Number(timedOut)]).toEqual([3, 3]);
    expect(slow).toBeGreaterThan(0);
  } finally {
    await choking.stop();
  }
});

/** The verdict on the shop, once something holds of it or after four looks: a busy machine holds the shop itself up, and what was late takes longer to be past. */
async function lookUntil(holds: (verdict: Verdict) => boolean): Promise<Verdict> {
  for (let looks = 1; ; looks++) {
    const { verdict } = (await diagnosed(shop, { database: true })).diagnosis;
    if (holds(verdict) || looks === 4) return verdict;
    await pause(30_000);
  }
}

type Verdict = Awaited<ReturnType<typeof diagnosed>>["diagnosis"]["verdict"];

/** The mean depth of the disk's queue over the newest minute that has been measured for a while. */
function queueNow(): number {
  const asked = { namespace: "lightsail-database", name: "DiskQueueDepth", dimension: "shop", periodS: 60 };
  return shop.metrics({ ...asked, from: new Date(Date.now() - 120_000), to: new Date(Date.now() + 60_000) }).at(-1)?.minimum ?? Infinity;
}
