import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { readFrames } from "../../../src/evidence/frames.ts";
import { runLocal } from "../../../src/host/run-local.ts";
import { compileHostScript, type Values } from "../../../src/runbook/host-script.ts";
import { StepsFile } from "../../../src/runbook/schema.ts";

const library = StepsFile.parse(parseYaml(readFileSync(join(import.meta.dirname, "../../../runbooks/steps-probes.yml"), "utf8"))).steps;
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function portOf(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return String((server.address() as AddressInfo).port);
}

async function probe(id: string, values: Values) {
  const steps = library.flatMap((step) => (step.on === "host" && step.id === id ? [step] : []));
  const { output } = await runLocal(compileHostScript({ steps, values }), { timeoutMs: 28_000 });
  return readFrames(output).steps.get(id) ?? { text: "", exitCode: -1 };
}

/** A Redis that answers each command by what `answer` makes of its words. */
const redis = (answer: (words: readonly string[]) => string) =>
  createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) =>
      socket.write(
        answer(
          data
            .toString("latin1")
            .split("\r\n")
            .filter((_, n) => n > 0 && n % 2 === 0),
        ),
      ),
    );
  });

it.concurrent("counts the tasks of a queue over all its priorities, five times", async () => {
  const lengths: Record<string, number> = { celery: 150, "celery\u0006\u00163": 7 };
  const port = await portOf(redis(([, name = ""]) => `:${lengths[name] ?? 0}\r\n`));
  const { text } = await probe("celery-queue-length", { celeryQueue: "celery", redisHost: "127.0.0.1", redisPort: port });
  expect(text).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 157\n){5}$/);
});

it.concurrent("says why a queue cannot be counted", async () => {
  const port = await portOf(redis(() => "-NOAUTH Authentication required.\r\n"));
  const values = { celeryQueue: "celery", redisHost: "127.0.0.1", redisPort: port };
  expect(await probe("celery-queue-length", values)).toMatchObject({
    exitCode: 1,
    text: "--- standard error ---\nredis: -NOAUTH Authentication required.\n",
  });
});

it.concurrent("reads what Redis tells of itself", async () => {
  const info = "# Server\r\nredis_version:7.0.15\r\n# Clients\r\nblocked_clients:0\r\n";
  const port = await portOf(redis(() => `$${info.length}\r\n${info}\r\n`));
  expect((await probe("redis-info", { redisHost: "127.0.0.1", redisPort: port })).text).toBe("redis_version:7.0.15\nblocked_clients:0\n");
});

it.concurrent("asks twice through the proxy and once straight, with GET only", async () => {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    response.statusCode = 502;
    response.end("bad gateway");
  });
  const port = await portOf(server);
  const { text } = await probe("http-probe", { probeUrl: `http://127.0.0.1:${port}/healthz/?a=1`, appAddress: `127.0.0.1:${port}` });
  expect(asked).toEqual(Array.from({ length: 3 }, () => "GET /healthz/?a=1 127.0.0.1"));
  expect(text.trimEnd().split("\n").toSorted()).toEqual([
    ...Array.from(
      { length: 2 },
      () => expect.stringMatching(/^502 connect=\d+\.\d+ ttfb=\d+\.\d+ total=\d+\.\d+ \/healthz\/\?a=1$/) as unknown,
    ),
    expect.stringMatching(/^direct-gunicorn 502 total=\d+\.\d+$/),
  ]);
});

it.concurrent("tells a refused connection from a broken handshake", async () => {
  const port = await portOf(createServer((socket) => socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n")));
  const { text } = await probe("http-probe", { probeUrl: `https://127.0.0.1:${port}/`, appAddress: "127.0.0.1:1" });
  expect(text).toMatch(/^000 connect=\d+\.\d+ ttfb=0\.0+ total=\d+\.\d+ \/ TLS connect error: /m);
  expect(text).toMatch(
    /^direct-gunicorn 000 total=\d+\.\d+ Failed to connect to 127\.0\.0\.1 port 1 after \d+ ms: Couldn't connect to server$/m,
  );
});
