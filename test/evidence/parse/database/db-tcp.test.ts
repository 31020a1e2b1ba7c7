import { expect, it } from "vitest";
import { dbTcp } from "../../../../src/evidence/parse/database/db-tcp.ts";
import { incidentReading } from "../../incident-reading.ts";

const factsOf = (text: string) => dbTcp.parse(text, incidentReading)?.facts;

it.each([
  ["connected", "Connection to db.example (10.0.0.7) 5432 port [tcp/postgresql] succeeded!\n\nreal\t0m0.012s\nexit=0\n"],
  ["connected", "Ncat: Connected to 10.0.0.7:5432.\n"],
  ["connected", "(UNKNOWN) [10.0.0.7] 5432 (postgresql) open\n"],
  ["connected", "db.example (10.0.0.7:5432) open\n"],
  ["connected", '{"ok": true, "tcp_ms": 3.5}\n'],
  ["connected", "exit=0\n"],
  ["refused", "nc: connect to db.example (10.0.0.7) port 5432 (tcp) failed: Connection refused\nexit=1\n"],
  ["refused", "bash: line 1: /dev/tcp/10.0.0.7/5432: Connection refused\n"],
  ["timedOut", "nc: connect to db.example (10.0.0.7) port 5432 (tcp) timed out: Operation now in progress\nexit=1\n"],
  ["timedOut", "Ncat: TIMEOUT.\n"],
  ["timedOut", "exit=124\n"],
  ["unroutable", "nc: connect to 10.0.0.7 port 5432 (tcp) failed: No route to host\n"],
  ["lookupFailed", 'nc: getaddrinfo for host "db.example" port 5432: Temporary failure in name resolution\n'],
])("%s: %j", (outcome, text) => {
  const facts = factsOf(text);
  expect(facts?.[outcome]).toBe(true);
  expect(Object.values(facts ?? {}).filter((value) => value === true)).toHaveLength(1);
});

it("counts a connection through the second address, though the first refused", () => {
  const text =
    "nc: connect to db.example (::1) port 5432 (tcp) failed: Connection refused\nConnection to db.example (10.0.0.7) 5432 port [tcp/*] succeeded!\n";
  expect(factsOf(text)).toMatchObject({ connected: true, refused: false });
});

it.each([
  ["bash", "real\t1m2.5s\n", 62.5],
  ["bash with a decimal comma", "real\t0m0,078s\n", 0.078],
  ["POSIX", "real 10.02\n", 10.02],
  ["zsh", "nc -vz db 5432  0.00s user 0.00s system 0% cpu 10.015 total\n", 10.015],
  ["the probe itself", '{"ok": false, "tcp_ms": 3000, "error": "timed out"}\n', 3],
])("reads how long it took as %s tells it", (_, text, seconds) => expect(factsOf(text)?.["seconds"]).toBe(seconds));

it("leaves open what an exit code of 1 alone means", () => expect(factsOf("exit=1\n")).toEqual({}));
it("says nothing where there is no nc", () => expect(factsOf("sh: 1: nc: not found\nexit=127\n")).toBeUndefined());
