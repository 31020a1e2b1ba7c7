import { expect, it } from "vitest";
import { DiskQueue } from "../../../lab/shop/database/disk.ts";

const CHOKED_PER_S = 100;

/** Let seconds pass in steps of 10 ms, or as long as is said; `each` runs before every step. Returns what was measured. */
function pass(queue: DiskQueue, seconds: number, each: () => void = () => {}, stepMs = 10) {
  for (let step = 0; step < (seconds * 1000) / stepMs; step++) {
    each();
    queue.advance(stepMs);
  }
  return queue.take(seconds * 1000);
}

it("serves a healthy shop's pages with well under one operation waiting", () => {
  const queue = new DiskQueue();
  let step = 0;
  // Three requests a second, each a session and a list.
  const { queueDepth, readsPerS } = pass(queue, 60, () => {
    if (step++ % 33 === 0) queue.add({ operations: 338, window: 2, writes: false }, () => {});
  });
  expect(queueDepth).toBeGreaterThan(0.2);
  expect(queueDepth).toBeLessThan(1);
  expect(readsPerS).toBeGreaterThan(900);
});

it("measures the same on a machine whose clock ticks late", () => {
  const depths = [10, 100].map((stepMs) => {
    const queue = new DiskQueue();
    let step = 0;
    const write = () => step++ % (500 / stepMs) === 0 && queue.add({ operations: 140, window: 1, writes: true }, () => {});
    return pass(queue, 60, write, stepMs).queueDepth;
  });
  const [often = 0, seldom = 0] = depths;
  expect(often).toBeGreaterThan(0.05);
  expect(often).toBeLessThan(0.3);
  expect(seldom / often).toBeGreaterThan(0.5);
  expect(seldom / often).toBeLessThan(2);
});

it("lets some thirty operations wait when it is choked, and a new session wait seconds behind them", () => {
  const queue = new DiskQueue();
  queue.perS = CHOKED_PER_S;
  let [now, running, startedAfterS] = [0, 0, 0];
  const scan = () => queue.add({ operations: 200, window: 2, writes: false }, () => running--);
  const each = () => {
    now += 0.01;
    for (; running < 3; running++) scan();
  };
  pass(queue, 20, each);
  queue.add({ operations: 18, window: 1, writes: false }, () => (startedAfterS = now - 20));
  const { queueDepth, readsPerS, writesPerS } = pass(queue, 40, each);
  expect(queueDepth).toBeGreaterThan(25);
  expect(queueDepth).toBeLessThan(36);
  expect(startedAfterS).toBeGreaterThan(3);
  expect(startedAfterS).toBeLessThan(9);
  expect(readsPerS + writesPerS).toBeCloseTo(CHOKED_PER_S, 0);
});

it("writes back while its clients write, and drains a minute after they have stopped, also when it is choked", () => {
  const queue = new DiskQueue();
  queue.perS = CHOKED_PER_S;
  let step = 0;
  const write = () => queue.add({ operations: 1, window: 1, writes: true }, () => {});
  expect(pass(queue, 10, () => step++ % 10 === 0 && write()).queueDepth).toBeGreaterThan(10);
  pass(queue, 70);
  expect(pass(queue, 5)).toMatchObject({ queueDepth: 0, writesPerS: 0 });
});

it("drains when it is mended", () => {
  const queue = new DiskQueue();
  queue.perS = CHOKED_PER_S;
  let done = 0;
  for (let n = 0; n < 10; n++) queue.add({ operations: 100, window: 4, writes: false }, () => done++);
  expect(pass(queue, 5).queueDepth).toBeGreaterThan(40);
  queue.perS = 3_000;
  pass(queue, 1);
  expect(done).toBe(10);
  expect(pass(queue, 5).queueDepth).toBeLessThan(0.2);
});

it("keeps the order in which messages came, and passes at once what asks for nothing", () => {
  const queue = new DiskQueue();
  const done: string[] = [];
  queue.add({ operations: 5, window: 1, writes: false }, () => done.push("first"));
  queue.add({ operations: 5, window: 1, writes: false }, () => done.push("second"));
  queue.add({ operations: 0, window: 1, writes: false }, () => done.push("nothing"));
  pass(queue, 1);
  expect(done).toEqual(["nothing", "first", "second"]);
});
