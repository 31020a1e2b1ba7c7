import { describe, expect, it } from "vitest";
import { dbConnect } from "../../../../src/evidence/parse/database/db-connect.ts";
import { incidentReading } from "../../incident-reading.ts";

const linesOf = (attempts: readonly object[]) => attempts.map((one) => `${JSON.stringify(one)}\n`).join("");
const read = (text: string) => dbConnect.parse(text, incidentReading);
const fails = (reason: string) => ({
  ok: false,
  connect_ms: 9,
  error: `OperationalError: connection to server at "db.example" (10.0.0.7), port 5432 failed: ${reason}`,
});

describe("a client that logs in and asks SELECT 1", () => {
  it("tells how fast the database answers, the query included", () => {
    const text = linesOf([
      { attempt: 1, at: "2026-03-01T11:59:01+00:00", ok: true, connect_ms: 20, query_ms: 1 },
      { attempt: 2, at: "2026-03-01T11:59:02+00:00", ok: true, connect_ms: 10, query_ms: 4000 },
      { attempt: 3, at: "2026-03-01T11:59:07+00:00", ok: true, connect_ms: 30, query_ms: 1 },
    ]);
    const facts = { attempts: 3, ok: 3, slow: 1, slowestMs: 4010, medianMs: 31, fastestMs: 21, timedOut: 0, auth: 0, tooMany: 0 };
    expect(read(text)).toMatchObject({ whole: true, facts: { ...facts, firstAtMs: Date.parse("2026-03-01T11:59:01Z") } });
  });

  it.each([
    ["timedOut", "timeout expired"],
    ["refused", "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?"],
    ["starting", "FATAL:  the database system is starting up"],
    ["tooMany", "FATAL:  sorry, too many clients already"],
    ["auth", 'FATAL:  password authentication failed for user "u"'],
    ["hba", 'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption'],
    ["closed", "server closed the connection unexpectedly"],
    ["otherErrors", 'FATAL:  database "d" does not exist'],
  ])("counts a failure as %s", (name, reason) => {
    const facts = read(linesOf([fails(reason), fails(reason)]))?.facts;
    expect(facts).toMatchObject({ attempts: 2, ok: 0, slow: 0, [name]: 2, lastError: reason.split("\n")[0]?.replace("  ", " ") });
    expect(facts).not.toHaveProperty("fastestMs");
    expect(facts).not.toHaveProperty("tcpTimedOut");
  });

  it("counts a name that does not resolve", () => {
    const error = 'OperationalError: could not translate host name "db.example" to address: Name or service not known';
    expect(read(linesOf([{ ok: false, connect_ms: 0.3, error }]))?.facts).toMatchObject({ dns: 1, refused: 0 });
  });
});

describe("a probe that waits for the server's first answer", () => {
  it("takes the request for a password as an answer, and leaves open what comes after it", () => {
    const steps = { dns_ms: 1, tcp_ms: 2, tls_ms: 6, answer_ms: 9, ssl: "yes" };
    const facts = read(linesOf([{ attempt: 1, ok: true, connect_ms: 18, answer: "auth-requested", ...steps }]))?.facts;
    expect(facts).toMatchObject({ ok: 1, passwordAsked: 1, dnsMs: 1, tcpMs: 2, tlsMs: 6, answerMs: 9, hba: 0, slowestMs: 18 });
    expect(facts).not.toHaveProperty("auth");
    expect(facts).not.toHaveProperty("tooMany");
  });

  it("tells packets that vanish from a server that is silent", () => {
    const silent = { ok: false, connect_ms: 10_000, dns_ms: 1, tcp_ms: 2, answer: "none", error: "timeout expired" };
    const vanished = { ok: false, connect_ms: 10_000, dns_ms: 1, answer: "none", error: "timeout expired" };
    expect(read(linesOf([silent, silent, vanished]))?.facts).toMatchObject({ timedOut: 3, tcpConnectedNoAnswer: 2, tcpTimedOut: 1 });
  });

  it.each([
    ["starting", "57P03"],
    ["tooMany", "53300"],
    ["auth", "28P01"],
    ["otherErrors", "3D000"],
  ])("knows %s by its SQLSTATE, whatever the server's language", (name, sqlstate) => {
    expect(read(linesOf([{ ok: false, answer: "error", sqlstate, error: "FATAL:  …" }]))?.facts).toMatchObject({ [name]: 1 });
  });
});

describe("a result that was cut", () => {
  const whole = linesOf([
    { attempt: 1, ok: true, connect_ms: 20 },
    { attempt: 2, ok: true, connect_ms: 5000 },
  ]);

  it("keeps what it proves and leaves out what the missing attempts could change", () => {
    const fast = read(whole.slice(0, whole.indexOf("\n") + 20));
    expect(fast).toMatchObject({ whole: false, facts: { attempts: 1, ok: 1 } });
    for (const name of ["slowestMs", "medianMs", "fastestMs"]) expect(fast?.facts).not.toHaveProperty(name);
    expect(read(`${whole}{"attempt": 3`)).toMatchObject({ whole: false, facts: { attempts: 2, slow: 1, slowestMs: 5000 } });
  });

  it("is no answer without a single attempt", () => {
    expect(read("")).toBeUndefined();
    expect(read("python3: not found\n")).toBeUndefined();
    expect(read('{"attempt": 1, "ok": tr')).toBeUndefined();
  });
});
