import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

// `aws secretsmanager get-secret-value --query SecretString --output text`, with the credentials that the agent of a hybrid node keeps in a file. The one
// request is signed here (AWS Signature Version 4): loading a client for it would take a second of each look.
const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { "secret-id": { type: "string" }, region: { type: "string" }, query: { type: "string" }, output: { type: "string" } },
});
const text = readFileSync(process.env["AWS_SHARED_CREDENTIALS_FILE"] ?? "", "utf8");
const of = (key: string) => new RegExp(`^${key} *= *(.*)$`, "m").exec(text)?.[1] ?? "";
const [url, region = ""] = [new URL(process.env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] ?? ""), values.region];
const sha256 = (what: string) => createHash("sha256").update(what).digest("hex");
const hmac = (key: string | Buffer, what: string) => createHmac("sha256", key).update(what).digest();

const body = JSON.stringify({ SecretId: values["secret-id"] });
const at = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
const headers: Record<string, string> = {
  "content-type": "application/x-amz-json-1.1",
  host: url.host,
  "x-amz-date": at,
  "x-amz-target": "secretsmanager.GetSecretValue",
};
const signed = Object.keys(headers).join(";");
const asked = ["POST", "/", "", ...Object.entries(headers).map(([name, value]) => `${name}:${value}`), "", signed, sha256(body)].join("\n");
const scope = [at.slice(0, 8), region, "secretsmanager", "aws4_request"];
const key = scope.reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${of("aws_secret_access_key")}`);
const signature = createHmac("sha256", key)
  .update(["AWS4-HMAC-SHA256", at, scope.join("/"), sha256(asked)].join("\n"))
  .digest("hex");
const authorization = `AWS4-HMAC-SHA256 Credential=${of("aws_access_key_id")}/${scope.join("/")}, SignedHeaders=${signed}, Signature=${signature}`;

const answer = await fetch(url, { method: "POST", headers: { ...headers, authorization }, body });
const told = (await answer.json()) as { SecretString?: string; message?: string };
if (told.SecretString === undefined) throw new Error(`GetSecretValue: ${answer.status} ${told.message ?? ""}`);
console.log(told.SecretString);
