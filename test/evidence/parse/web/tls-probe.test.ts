import { describe, expect, it } from "vitest";
import { tlsProbe } from "../../../../src/evidence/parse/web/tls-probe.ts";
import type { Reading } from "../../../../src/evidence/parser.ts";
import { windowOf } from "../../../../src/incident/window.ts";

const at = new Date("2026-11-22T13:15:00Z");
const reading: Reading = {
  at,
  timezone: "UTC",
  window: windowOf(at),
  names: { gunicornUnit: "gunicorn", caddyUnit: "caddy", databasePort: 5432 },
};
const read = (...lines: string[]) => tlsProbe.parse(lines.map((line) => `${line}\n`).join(""), reading);

const shown = ["CONNECTED(00000003)", "---", "Server certificate", "-----BEGIN CERTIFICATE-----", "subject=CN = shop.example"];

describe("the proxy's TLS", () => {
  it("is good when a certificate was shown and verified", () => {
    expect(read(...shown, "New, TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256", "Verify return code: 0 (ok)")).toEqual({
      whole: true,
      facts: { handshakeOk: true, handshakeFailed: false, connectFailed: false, expired: false, notYetValid: false, verifyCode: 0 },
    });
  });

  it("failed when an alert came instead of a certificate, and its verify code 0 means nothing", () => {
    const parsed = read(
      "40A77A8B5D7F0000:error:0A000438:SSL routines:ssl3_read_bytes:tlsv1 alert internal error:../ssl/record/rec_layer_s3.c:1601:SSL alert number 80",
      "CONNECTED(00000003)",
      "---",
      "no peer certificate available",
      "New, (NONE), Cipher is (NONE)",
      "Verify return code: 0 (ok)",
    );
    expect(parsed?.facts).toEqual({ handshakeOk: false, handshakeFailed: true, connectFailed: false, alertNumber: 80 });
  });

  it("has expired by openssl's word, or by the certificate's own date", () => {
    expect(read(...shown, "verify error:num=10:certificate has expired")?.facts).toMatchObject({ expired: true, verifyCode: 10 });
    expect(read(...shown, "notAfter=Nov 21 10:00:00 2026 GMT")?.facts).toMatchObject({ expired: true });
    expect(read(...shown, "   v:NotBefore: Nov  1 10:00:00 2026 GMT; NotAfter: Nov 23 10:00:00 2026 GMT")?.facts).toMatchObject({
      expired: false,
    });
  });

  it("was not reached at all", () => {
    expect(
      read("40C7:error:8000006F:system library:BIO_connect:Connection refused:../bio_sock2.c:114:calling connect()", "connect:errno=111")
        ?.facts,
    ).toMatchObject({
      connectFailed: true,
      handshakeFailed: false,
      handshakeOk: false,
    });
  });

  it("is unknown when openssl did not run", () => {
    expect(read("bash: openssl: command not found")).toBeUndefined();
    expect(tlsProbe.parse("", reading)).toBeUndefined();
  });
});
