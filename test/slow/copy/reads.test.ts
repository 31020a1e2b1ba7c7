import { spawn, spawnSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repairDocument } from "../../../src/aws/repairs/documents.ts";
import { MOST_BYTES, textOf } from "../../../src/aws/ssm/document.ts";
import { copyScript } from "../../../src/remediation/copy-script.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gs-copy-reads-"));
  // A host without the AWS CLI.
  await mkdir(join(dir, "bin"));
  for (const program of ["curl", "awk", "grep", "cut"]) await symlink(`/usr/bin/${program}`, join(dir, "bin", program));
  // The program's functions without its last line, which calls it.
  await writeFile(join(dir, "parts.sh"), copyScript().replace(/copy_database "\$@"\n$/, ""));
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

const shell = (command: string, input = "", env: Record<string, string> = {}) => {
  const done = spawnSync("/bin/sh", ["-c", `. "$0/parts.sh"; ${command}`, dir], {
    input,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...env },
  });
  return { out: done.stdout, code: done.status };
};

test("the program is shell that any sh reads, fits into an SSM document, and has nothing in it that SSM would replace", async () => {
  await writeFile(join(dir, "whole.sh"), copyScript());
  expect(spawnSync("/bin/sh", ["-n", join(dir, "whole.sh")]).status).toBe(0);
  // As it is printed: with a description that names a version, and a hundred bytes to spare.
  for (const id of ["copy-database", "look-copy"] as const)
    expect(textOf(repairDocument(id, `Gumshoe 10.20.30: ${id}`)).length).toBeLessThan(MOST_BYTES - 100);
  expect(copyScript()).not.toContain("{{");
});

const LINES: readonly [line: string, value: string][] = [
  ["K=plain", "plain"],
  ["K=two words  ", "two words"],
  ["  K = 'kept  ' ", "kept  "],
  [`K="a \\"quoted\\" \\\\ \\$x \\n"`, 'a "quoted" \\ $x \\n'],
  ["K='no \\ escapes $x'", "no \\ escapes $x"],
  ["K=back\\\\slash\\ space", "back\\slash space"],
  ["K=goes \\\non", "goes on"],
  ["K='two\nlines'", "two\nlines"],
  ["K=first\nK=last", "last"],
  ["#K=no\n;K=no\nK=a#b;c", "a#b;c"],
  ["K=\"a\"'b'c", "abc"],
  ["OTHER='K=no'\nK=postgres://u:p=1&2@h/d?x=y", "postgres://u:p=1&2@h/d?x=y"],
  ["K=dos\r", "dos"],
  ["K=", ""],
];
test.for(LINES)("an environment file is read as systemd reads it: %j", async ([line, value]) => {
  await writeFile(join(dir, "env"), `A=1\n${line}\nKK=2\nB='K=3'\n`);
  expect(shell('from_env_file "$0/env" K')).toEqual({ out: value, code: 0 });
});

test("a key that is not in the file, and a file that is not there, are told", async () => {
  await writeFile(join(dir, "env"), "KK=1\n#K=2\n");
  expect(shell('from_env_file "$0/env" K').code).toBe(1);
  expect(shell('from_env_file "$0/none" K').code).toBe(1);
});

test("a URL is taken apart", () => {
  const parts = (url: string) => ["user", "password", "host", "port", "db"].map((part) => shell(`of_url ${part}`, `${url}\n`).out);
  expect(parts("postgresql+psycopg2://shop:a%40b%2F%25%c3%bc@db.internal:5433/shop%20x?sslmode=require")).toEqual([
    "shop",
    "a@b/%ü",
    "db.internal",
    "5433",
    "shop x",
  ]);
  expect(parts("postgres://shop@db/shop")).toEqual(["shop", "", "db", "", "shop"]);
  expect(parts("postgres://u:p@w@h/d")).toEqual(["u", "p@w", "h", "", "d"]);
  expect(shell("of_url host", "not a url\n").code).toBe(1);
});

test("a secret is taken out of its JSON, at its first level only", () => {
  const password = (json: string) => shell("of_json password", json);
  expect(password('{"username":"master","password":"a\\"b\\\\c\\u0026\\/ d","port":5432}')).toEqual({ out: 'a"b\\c&/ d', code: 0 });
  expect(password('{"inner": {"password": "no"}, "x": ["password", 1], "password" : "yes"}').out).toBe("yes");
  expect(password('{"password": 7}').code).toBe(1);
  expect(password("not json").code).toBe(1);
});

test("Secrets Manager is asked with the credentials of the host's own file, signed, and none of it stands on a command line", async () => {
  const requests: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests.push({ request, body });
      response.end(JSON.stringify({ Name: "db", SecretString: JSON.stringify({ username: "master", password: 'p"w' }) }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await mkdir(join(dir, "aws"));
  await writeFile(
    join(dir, "aws", "credentials"),
    "[other]\naws_access_key_id = NO\n[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hidden/key\naws_session_token = tok\n",
  );
  const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1-AbCdEf";
  const env = {
    PATH: join(dir, "bin"),
    AWS_SHARED_CREDENTIALS_FILE: join(dir, "aws", "credentials"),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const child = spawn("/bin/sh", ["-c", `. "$0/parts.sh"; read_secret '${arn}'`, dir], { env });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  await once(child, "close");
  server.close();
  expect(JSON.parse(out)).toEqual({ username: "master", password: 'p"w' });
  const { request, body } = requests[0]!;
  expect(JSON.parse(body)).toEqual({ SecretId: arn });
  expect(request.headers).toMatchObject({ "x-amz-target": "secretsmanager.GetSecretValue", "x-amz-security-token": "tok" });
  expect(request.headers.authorization).toBe(signatureOf(request, body));
});

test("where neither the AWS CLI nor credentials are there, that is said", () => {
  const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x";
  const env = { PATH: join(dir, "bin"), AWS_SHARED_CREDENTIALS_FILE: join(dir, "none") };
  expect(shell(`read_secret '${arn}'`, "", env)).toEqual({
    out: `${join(dir, "none")} has no credentials: the SSM Agent of a hybrid node writes them there\n`,
    code: 1,
  });
  expect(shell("read_secret arn:aws:iam::1:role/x").out).toBe("that is not the ARN of a secret\n");
});

/** AWS Signature Version 4 over the headers that the request says it signed. */
function signatureOf(request: IncomingMessage, body: string): string {
  const said = request.headers.authorization ?? "";
  const signed = /SignedHeaders=([^,]+)/.exec(said)?.[1] ?? "";
  const date = String(request.headers["x-amz-date"]);
  const scope = `${date.slice(0, 8)}/eu-central-1/secretsmanager/aws4_request`;
  const sha = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const headers = signed.split(";").map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = ["POST", "/", "", headers.join(""), signed, sha(body)].join("\n");
  const key = [date.slice(0, 8), "eu-central-1", "secretsmanager", "aws4_request"].reduce<string | Buffer>(hmac, "AWS4hidden/key");
  const signature = createHmac("sha256", key as Buffer)
    .update(["AWS4-HMAC-SHA256", date, scope, sha(canonical)].join("\n"))
    .digest("hex");
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}
