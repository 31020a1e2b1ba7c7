import { describe, expect, it } from "vitest";
import { celeryActive } from "../../../../src/evidence/parse/app/celery-active.ts";
import { celeryJournal } from "../../../../src/evidence/parse/app/celery-journal.ts";
import { celeryQueueLength } from "../../../../src/evidence/parse/app/celery-queue-length.ts";
import { redisInfo } from "../../../../src/evidence/parse/app/redis-info.ts";
import { fixture, parsed, readingAt } from "./readings.ts";

const reading = readingAt("2026-11-22T13:35:26Z");

describe("a Celery worker's journal", () => {
  it("gives what was finished, how fast, and how large the pool is", () => {
    const { facts, whole } = parsed(celeryJournal, fixture("celery/worker-journal.txt"), reading);
    expect(whole).toBe(true);
    expect(facts).toMatchObject({ workerReady: 1, concurrency: 2, failed: 0, workerLost: 0 });
    expect(facts["succeeded"]).toBeGreaterThan(10);
    expect(facts["completionPerS"]).toBeCloseTo(0.34, 1);
    expect(facts["medianTaskS"]).toBeCloseTo(6, 1);
  });

  it("tells failures, retries, lost processes and a lost broker apart", () => {
    const lines = [
      "[2026-11-22 13:34:00,000: ERROR/ForkPoolWorker-1] Task a.b[11-22] raised unexpected: KeyError('Task x[1] succeeded in 2s')",
      "[2026-11-22 13:34:01,000: INFO/ForkPoolWorker-1] Task a.b[11-23] retry: Retry in 10s",
      "[2026-11-22 13:34:02,000: ERROR/MainProcess] Process 'ForkPoolWorker-1' pid:12 exited with 'signal 9 (SIGKILL)'",
      "[2026-11-22 13:34:02,000: ERROR/MainProcess] Task handler raised error: WorkerLostError('Worker exited prematurely: signal 9 (SIGKILL) Job: 3.')",
      "[2026-11-22 13:34:03,000: ERROR/MainProcess] consumer: Cannot connect to redis://127.0.0.1:6379/0: Error 111 connecting",
      "[2026-11-22 13:34:04,000: WARNING/MainProcess] Restoring 4 unacknowledged message(s)",
      "worker: Warm shutdown (MainProcess)",
    ];
    const text = lines.map((line) => `Nov 22 13:34:05 h-1 python3[7]: ${line}\n`).join("");
    expect(parsed(celeryJournal, text, reading).facts).toMatchObject({
      failed: 2,
      retried: 1,
      succeeded: 0,
      workerLost: 1,
      connectionErrors: 1,
      restoredUnacked: 4,
      warmShutdowns: 1,
    });
  });

  it("without entries says that nothing was taken, and claims no rate", () => {
    const { facts } = parsed(celeryJournal, "-- No entries --\n", reading);
    expect(facts).toMatchObject({ entries: 0, received: 0, succeeded: 0 });
    expect(facts).not.toHaveProperty("completionPerS");
  });
});

describe("celery inspect", () => {
  it("counts workers and what they run", () => {
    const text =
      "->  celery@h-1: OK\n    * {'id': 'a', 'name': 'x'}\n    * {'id': 'b', 'name': 'x'}\n->  celery@h-2: OK\n    - empty -\n\n2 nodes online.\n";
    expect(parsed(celeryActive, text, reading).facts).toMatchObject({ workersOnline: 2, activeTasks: 2, noWorkers: false });
  });

  it("says that nobody answered, which an unreachable broker does not show", () => {
    expect(parsed(celeryActive, "Error: No nodes replied within time constraint\n", reading).facts).toMatchObject({
      noWorkers: true,
      workersOnline: 0,
    });
    const refused = parsed(
      celeryActive,
      "kombu.exceptions.OperationalError: Error 111 connecting to 127.0.0.1:6379. Connection refused.\n",
      reading,
    ).facts;
    expect(refused).toEqual({ brokerUnreachable: true });
  });
});

describe("the length of the queue", () => {
  it("is the newest, with its growth over the looks", () => {
    const text = "2026-11-22T13:34:54Z 100\n2026-11-22T13:34:59Z 110\n2026-11-22T13:35:04Z 120\n";
    expect(parsed(celeryQueueLength, text, reading).facts).toEqual({
      length: 120,
      first: 100,
      highest: 120,
      samples: 3,
      growthPerS: 2,
      growing: true,
    });
  });

  it.each([
    ["(integer) 4650\n", 4650],
    ["12\n", 12],
    ["celery 12\nemails 3\n", 15],
    ["[root@app ~]# redis-cli -n 0 llen celery\n(integer) 7\n", 7],
  ])("is read from %j", (text, length) => {
    const { facts } = parsed(celeryQueueLength, text, reading);
    expect(facts).toMatchObject({ length });
    expect(facts).not.toHaveProperty("growing");
  });

  it("does not take half a number for the length", () => {
    const text = "2026-11-22T13:34:54Z 100\n2026-11-22T13:34:59Z 1";
    expect(parsed(celeryQueueLength, text, reading)).toMatchObject({ whole: false, facts: { length: 100, samples: 1 } });
  });
});

describe("redis-cli info", () => {
  const info =
    "# Server\r\nredis_version:7.0.15\r\n# Clients\r\nconnected_clients:17\r\nblocked_clients:2\r\nused_memory:1697768\r\nmaxmemory:0\r\nloading:0\r\nevicted_keys:3\r\ninstantaneous_ops_per_sec:8\r\n# Keyspace\r\ndb0:keys=6,expires=0\r\ndb1:keys=2,expires=0\r\n";
  it("gives clients, memory and keys", () => {
    const result = parsed(redisInfo, info, reading);
    expect(result).toMatchObject({
      whole: true,
      facts: {
        up: true,
        connectedClients: 17,
        blockedClients: 2,
        usedMemoryBytes: 1_697_768,
        evictedKeys: 3,
        opsPerS: 8,
        dbKeys: 8,
        loading: false,
      },
    });
  });

  it("cut before the keys does not know their number", () => {
    const result = parsed(redisInfo, info.slice(0, 120), reading);
    expect(result.whole).toBe(false);
    expect(result.facts).not.toHaveProperty("dbKeys");
  });

  it("tells a Redis that is down from one that refuses to answer", () => {
    expect(parsed(redisInfo, "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n", reading).facts).toEqual({
      up: false,
      refused: true,
    });
    expect(parsed(redisInfo, "NOAUTH Authentication required.\n", reading).facts).toEqual({ up: true });
    expect(parsed(redisInfo, "LOADING Redis is loading the dataset in memory\n", reading).facts).toEqual({ up: true, loading: true });
  });
});
