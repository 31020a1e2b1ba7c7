/** Operations that one message asks of the disk, at most `window` of them waiting at once (a scan reads ahead, an index walk does not). */
export type Work = { operations: number; window: number; writes: boolean };

/** What the disk did since it was last read: operations waiting (mean over the time, and most), operations served a second. */
export type DiskFigures = { queueDepth: number; deepest: number; readsPerS: number; writesPerS: number };

/**
 * A model of the database's disk: one queue, served in turn at a fixed rate. Healthy is a volume with burst credit to spend; choked is the same
 * volume when the credit is spent, with the write-back of a bulk load still to do.
 */
export type Disk = {
  /** Resolves when the work has been done. Its operations wait in the queue with those of everyone else. */
  serve: (work: Work) => Promise<void>;
  choke: () => void;
  mend: () => void;
  read: () => DiskFigures;
  stop: () => void;
};

/** Operations a second: what a burst allows (3,000, gp2), and what a small volume does without its credit (100, the least of gp2). */
const RATE = { healthy: 3_000, choked: 100 };

/**
 * The database's own writing (checkpoints, vacuum) asks for so many operations a second, and has so many waiting at most. It has nothing to do once
 * those who wrote have not done so for so long.
 */
const WRITE_BACK = { perS: 150, most: 22, quietMs: 60_000 };

/** Long against the 0.3 ms of one operation, short against the 100 ms of a page. */
const TICK_MS = 10;

/** Starts the disk's clock; `stop` ends it. Of what is read, a share comes from the disk, all of it where nothing is said, and the rest from memory. */
export function startDisk(share = 1): Disk {
  const queue = new DiskQueue();
  let [beganAt, readAt] = [performance.now(), performance.now()];
  const advance = (): void => {
    const now = performance.now();
    queue.advance(now - beganAt);
    beganAt = now;
  };
  const timer = setInterval(advance, TICK_MS);
  return {
    serve: async (work) => {
      advance();
      const operations = work.writes ? work.operations : Math.ceil(work.operations * share);
      return new Promise((resolve) => queue.add({ ...work, operations }, resolve));
    },
    choke: () => (queue.perS = RATE.choked),
    mend: () => (queue.perS = RATE.healthy),
    read: () => {
      advance();
      const ms = beganAt - readAt;
      readAt = beganAt;
      return queue.take(ms);
    },
    stop: () => clearInterval(timer),
  };
}

type Stream = { left: number; waiting: number; window: number; writes: boolean; done: () => void };

/** The queue itself, without a clock: time passes by `advance`. */
export class DiskQueue {
  perS = RATE.healthy;
  #queue: Stream[] = [];
  #writeBack: Stream = { left: Infinity, waiting: 0, window: WRITE_BACK.most, writes: true, done: () => {} };
  #owed = 0;
  #sinceWriteMs = -Infinity;
  #credit = 0;
  #seen = { depthMs: 0, deepest: 0, reads: 0, writes: 0 };

  add({ operations, window, writes }: Work, done: () => void): void {
    if (operations <= 0) return done();
    if (writes) this.#sinceWriteMs = 0;
    this.#refill({ left: operations, waiting: 0, window, writes, done });
  }

  /** Serve what the disk can in so many milliseconds, first come, first served; how often this is called changes nothing. */
  advance(ms: number): void {
    for (let left = ms; left > 0; left -= TICK_MS) this.#step(Math.min(left, TICK_MS));
  }

  #step(ms: number): void {
    // A write that waits has not been done.
    this.#sinceWriteMs = this.#queue.some((stream) => stream.writes && stream !== this.#writeBack) ? 0 : this.#sinceWriteMs + ms;
    const asked = this.#sinceWriteMs > WRITE_BACK.quietMs ? 0 : (WRITE_BACK.perS * ms) / 1000;
    this.#owed = Math.min(this.#owed + asked, WRITE_BACK.most);
    for (; this.#owed >= 1 && this.#writeBack.waiting < WRITE_BACK.most; this.#owed--) this.#push(this.#writeBack);
    this.#credit += (this.perS * ms) / 1000;
    this.#seen.deepest = Math.max(this.#seen.deepest, this.#queue.length);
    let leftMs = ms;
    const eachMs = 1000 / this.perS;
    for (; this.#credit >= 1 && this.#queue.length > 0; this.#credit--) {
      const passedMs = Math.min(eachMs, leftMs);
      this.#seen.depthMs += this.#queue.length * passedMs;
      leftMs -= passedMs;
      this.#serveOne();
    }
    // An idle disk saves no time for later.
    if (this.#queue.length === 0) this.#credit = 0;
    this.#seen.depthMs += this.#queue.length * leftMs;
  }

  /** The figures of the milliseconds since they were last taken. */
  take(ms: number): DiskFigures {
    const { depthMs, deepest, reads, writes } = this.#seen;
    this.#seen = { depthMs: 0, deepest: 0, reads: 0, writes: 0 };
    const seconds = Math.max(ms, 1) / 1000;
    return { queueDepth: depthMs / Math.max(ms, 1), deepest, readsPerS: reads / seconds, writesPerS: writes / seconds };
  }

  #push(stream: Stream): void {
    stream.waiting++;
    this.#queue.push(stream);
  }

  #refill(stream: Stream): void {
    while (stream.waiting < Math.min(stream.window, stream.left)) this.#push(stream);
  }

  #serveOne(): void {
    const stream = this.#queue.shift();
    if (!stream) return;
    stream.waiting--;
    stream.left--;
    this.#seen[stream.writes ? "writes" : "reads"]++;
    if (stream.left === 0) stream.done();
    else if (stream !== this.#writeBack) this.#refill(stream);
  }
}
