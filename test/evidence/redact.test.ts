import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { redact } from "../../src/evidence/redact.ts";

/** The host's own pass, with the sed that runs there. */
function redactOnHost(text: string): string {
  const rules = join(import.meta.dirname, "../../runbooks/redact.sed");
  return execFileSync("sed", ["-E", "-f", rules], {
    input: text,
    env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
    maxBuffer: 2 ** 26,
  }).toString("utf8");
}

// Secrets are put together here, so that no scanner takes this file for a leak.
const joined = (...parts: string[]) => parts.join("");
const SECRET = joined("s3cr3t", "Value", "0123456789");
const AWS_ID = joined("AKIA", "IOSFODNN7EXAMPLE");
const JWT = joined("eyJ", "hbGciOiJIUzI1NiJ9", ".", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", ".", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U");

/** Lines with a secret, and what must be gone from them. */
const LEAKS: readonly (readonly [line: string, secret: string])[] = [
  [`postgres://shop:${SECRET}@db.shop.internal:5432/shop`, SECRET],
  [`postgresql+psycopg://shop:p/w${SECRET}@x@db:5432/shop`, SECRET],
  [`redis://:${SECRET}@127.0.0.1:6379/0`, SECRET],
  [`GET https://user:${SECRET}@api.example.com/v1 failed`, SECRET],
  [`SENTRY https://${SECRET}abcdef@o1.ingest.example.com/42`, SECRET],
  [`host=db user=shop password=${SECRET} dbname=shop`, SECRET],
  [`host=db user=shop password='${SECRET} with blanks' dbname=shop`, SECRET],
  [`PGPASSWORD=${SECRET} pg_dump shop`, SECRET],
  [`DJANGO_SECRET_KEY=${SECRET}`, SECRET],
  [`STRIPE_WEBHOOK_SECRET: "${SECRET}"`, SECRET],
  [`'PASSWORD': '${SECRET}', 'HOST': 'db'`, SECRET],
  [`"password":"pa\\"${SECRET}"`, SECRET],
  [`{"body":"{\\"password\\": \\"${SECRET}\\", \\"user\\": \\"a\\"}"}`, SECRET],
  [`"pin_token": 4711471147114711`, "4711471147114711"],
  [`Authorization: Bearer ${SECRET}`, SECRET],
  [`Authorization: Token ${SECRET}`, SECRET],
  [`authorization: basic ${SECRET}==`, SECRET],
  [`-H 'X-Api-Key: ${SECRET}' https://api.example.com`, SECRET],
  [`"headers":{"Authorization":["Bearer ${SECRET}"],"Accept":["*/*"]}`, SECRET],
  [`"headers":{"Cookie":["sessionid=${SECRET}; csrftoken=${SECRET}"],"Accept":["*/*"]}`, SECRET],
  [`"resp_headers":{"Set-Cookie":["a=1; Path=/","sessionid=${SECRET}; HttpOnly"]}`, SECRET],
  [`\\"Cookie\\":[\\"sessionid=${SECRET}\\",\\"b=${SECRET}\\"]`, SECRET],
  [`Set-Cookie: sessionid=${SECRET}; HttpOnly`, SECRET],
  [`{'Authorization': 'Bearer ${SECRET}'}`, SECRET],
  [`"uri":"/login?next=/&token=${SECRET}&a=1"`, SECRET],
  [`"uri":"/oauth?code=${SECRET}\\u0026key=${SECRET}"`, SECRET],
  [`GET /x;jsessionid=${SECRET} HTTP/1.1`, SECRET],
  [`/x?sessionid=${SECRET} HTTP/1.1`, SECRET],
  [`/x?X-Amz-Credential=${SECRET}&X-Amz-Signature=${SECRET}`, SECRET],
  [`/callback?password%3D${SECRET}`, SECRET],
  [`aws_access_key_id ${AWS_ID}`, AWS_ID],
  [`AWS_SECRET_ACCESS_KEY=${joined("wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKEY")}`, "K7MDENG"],
  [`jwt ${JWT} end`, JWT.slice(4)],
  [`git clone with ${joined("gh", "p_")}${SECRET}`, SECRET],
  [`slack ${joined("xo", "xb-")}1234-${SECRET}`, SECRET],
  [`stripe ${joined("sk", "_live_")}${SECRET}`, SECRET],
  [`https://hooks.slack.com/services/T000/B000/${SECRET}`, SECRET],
  [`mail ${joined("SG", ".")}${SECRET}.${SECRET}`, SECRET],
  [`ALTER ROLE shop PASSWORD '${SECRET}'`, SECRET],
  [`UPDATE auth_user SET "password" = '${joined("pbkdf2_sha256", "$")}600000$salt$${SECRET}'`, SECRET],
  [`admin ${joined("$2a", "$14$")}${SECRET}${SECRET}`, SECRET],
  [`redis-server --requirepass ${SECRET}`, SECRET],
  [`redis-cli -h 127.0.0.1 -a ${SECRET} llen celery`, SECRET],
  [`mysql -u shop -p${SECRET} shop`, SECRET],
  [`curl -s -u shop:${SECRET} https://api.example.com`, SECRET],
  [`worker --api-key ${SECRET}`, SECRET],
  [`-----BEGIN RSA PRIVATE KEY-----\n${SECRET}${SECRET}\n-----END RSA PRIVATE KEY-----`, SECRET],
  [`key="-----BEGIN PRIVATE KEY-----\\n${SECRET}${SECRET}\\n-----END PRIVATE KEY-----"`, SECRET],
];

/** Evidence that looks a little like a secret and is none. */
const EVIDENCE = [
  'FATAL:  password authentication failed for user "shop"',
  'FATAL:  no pg_hba.conf entry for host "172.26.5.67", user "shop", database "shop", no encryption',
  'connection to server at "db.shop.internal" (127.0.0.2), port 5432 failed: fe_sendauth: no password supplied',
  'django.db.utils.OperationalError: could not translate host name "db.shop.internal" to address: Temporary failure in name resolution',
  "KeyError: 'SECRET_KEY'",
  "Forbidden (CSRF token missing.): /api/orders/",
  '"error":"Post \\"https://api.zerossl.com/acme/eab-credentials-email\\": dial tcp: lookup api.zerossl.com: i/o timeout"',
  '{"ts":1795351585.5198224,"request":{"remote_ip":"127.20.0.40","remote_port":"49807","uri":"/api/token/refresh/?page=53&page_size=50"},"duration":31.8161947,"status":502}',
  '"headers":{"Authorization":["REDACTED"],"Cookie":["REDACTED"]},"tls":{"version":772}',
  '"headers":{"Authorization":[],"Accept":["*/*"]}',
  "[2025-10-03 09:17:22 +0000] [1407880] [CRITICAL] WORKER TIMEOUT (pid:1411902)",
  "Out of memory: Killed process 249 (python3) total-vm:434740kB, anon-rss:403700kB, UID:996 pgtables:848kB oom_score_adj:0",
  "ExecStart=/usr/bin/python3 -m gunicorn --workers 3 --timeout 30 --bind 127.0.0.1:8000 --access-logfile - shop.wsgi:application",
  'LISTEN 0      2048       127.0.0.1:8000       0.0.0.0:*    users:(("gunicorn",pid=1407880,fd=5))',
  "Basic authentication is off; see http://127.0.0.1:8000/docs?email=a@b.example",
  "Started session-12.scope - Session 12 of User deploy.",
  "worker_id 5f2b1c9e-0d7a-4f1b-9a64-1f2e3d4c5b6a took 1234567890123456789 ns",
];

describe.each([
  ["the bot's pass", redact],
  ["the host's pass", redactOnHost],
])("%s", (_, pass) => {
  it.each(LEAKS)("takes the secret out of %s", (line, secret) => {
    const clean = pass(`before ${line}\nafter 1\n`);
    expect(clean).not.toContain(secret);
    expect(clean.startsWith("before ")).toBe(true);
    expect(clean.endsWith("\nafter 1\n")).toBe(true);
  });

  it("leaves evidence as it is", () => {
    expect(pass(EVIDENCE.join("\n"))).toBe(EVIDENCE.join("\n"));
  });

  it("changes nothing more the second time", () => {
    const once = pass(LEAKS.map(([line]) => line).join("\n"));
    expect(pass(once)).toBe(once);
  });

  it("keeps what stands around a secret", () => {
    const line = `{"ts":1795351585.5,"request":{"uri":"/a?token=${SECRET}&page=2","headers":{"Cookie":["s=${SECRET}"]}},"duration":31.8,"status":502}`;
    expect(JSON.parse(pass(line))).toEqual({
      ts: 1795351585.5,
      duration: 31.8,
      status: 502,
      request: { uri: "/a?token=[redacted]&page=2", headers: { Cookie: ["REDACTED"] } },
    });
    expect(pass(`postgres://shop:${SECRET}@db:5432/shop`)).toBe("postgres://shop:[redacted]@db:5432/shop");
  });
});

it("takes secrets out wherever they stand in a text (500 seeded texts), and both passes leave the rest readable", () => {
  let seed = 20_261_122;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const singles = LEAKS.filter(([line]) => !line.includes("\n"));
  const texts = Array.from({ length: 500 }, () => {
    const [line, secret] = pick(singles);
    const lines = [
      pick(EVIDENCE),
      `${pick(["", "Nov 22 12:46:25 host app[1]: ", "\u001b[31m", "\u00e9\ufffd\t"])}${line}${pick(["", " ", "\r", " <!channel>"])}`,
      pick(EVIDENCE),
    ];
    return { text: lines.join("\n"), secret, kept: [lines[0], lines[2]] };
  });
  const host = redactOnHost(texts.map(({ text }) => text).join("\n=====\n")).split("\n=====\n");
  for (const [n, { text, secret, kept }] of texts.entries()) {
    for (const clean of [redact(text), host[n] ?? ""]) {
      expect(clean).not.toContain(secret);
      const lines = clean.split("\n");
      expect([lines[0], lines[2]]).toEqual(kept);
    }
  }
});

it.each([
  "password",
  "password=",
  'password: "',
  "password='a",
  "://a:",
  "://a:b",
  "redis://a:b",
  "bearer ",
  "eyJ",
  "eyJaaaaaaaaaa.",
  "cookie: ",
  "mysql -p",
  "redis-cli ",
  "\\",
  '"',
  "SG.",
  "-----BEGIN PRIVATE KEY-----",
  "xoxb-",
  "key=",
  " -u a:",
  "a",
  '"cookie": ["a",',
])("gets through a line of a megabyte of %j", (unit) => {
  const line = unit.repeat(Math.ceil(1_000_000 / unit.length));
  expect(redact(`${line}\nlast`).endsWith("\nlast")).toBe(true);
});
