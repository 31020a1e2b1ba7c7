import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

// `aws secretsmanager get-secret-value --query SecretString --output text`, with the credentials that the agent of a hybrid node keeps in a file.
const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { "secret-id": { type: "string" }, region: { type: "string" }, query: { type: "string" }, output: { type: "string" } },
});
const text = readFileSync(process.env["AWS_SHARED_CREDENTIALS_FILE"] ?? "", "utf8");
const of = (key: string) => new RegExp(`^${key} *= *(.*)$`, "m").exec(text)?.[1] ?? "";
const client = new SecretsManagerClient({
  endpoint: process.env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] ?? "",
  region: values.region ?? "",
  credentials: { accessKeyId: of("aws_access_key_id"), secretAccessKey: of("aws_secret_access_key") },
});
const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: values["secret-id"] }));
console.log(SecretString);
