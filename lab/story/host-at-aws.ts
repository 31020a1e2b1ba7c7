import { CreateDocumentCommand, SSMClient } from "@aws-sdk/client-ssm";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPAIR_SCRIPTS, repairDocument, repairDocumentName } from "../../src/aws/repairs/documents.ts";
import { textOf } from "../../src/aws/ssm/document.ts";
import type { LocalAws } from "../aws/local-aws.ts";
import { settingsOf } from "../demo/alarms.ts";
import type { Host } from "../shop/host/host.ts";

const COMMAND = join(import.meta.dirname, "../../src/gumshoe.js");

/** What an operator does once: print the documents of the runbook and of the repairs, and register them. */
export async function registerDocuments(aws: LocalAws): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, "ssm-document"], { maxBuffer: 1024 * 1024 });
  const ssm = new SSMClient(settingsOf(aws));
  const documents: [string, string][] = [
    ["Gumshoe-Diagnose-web-errors", stdout],
    ...REPAIR_SCRIPTS.map((id): [string, string] => [repairDocumentName(id), textOf(repairDocument(id, "of the lab"))]),
  ];
  for (const [Name, Content] of documents)
    await ssm.send(new CreateDocumentCommand({ Name, Content, DocumentType: "Command", DocumentFormat: "JSON" }));
  ssm.destroy();
}

/**
 * Gives the host what it has at AWS to read its one secret by itself: the credentials that the agent of a hybrid node keeps in a file, and where Secrets
 * Manager is. The waits of its programs are short, since everything here is small.
 */
export async function letHostReadSecrets({ own, state }: Host, { endpoint, env }: LocalAws): Promise<void> {
  const file = join(state, "../aws-credentials");
  const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: key = "" } = env;
  await writeFile(file, `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${key}\n`, { mode: 0o600 });
  Object.assign(own, {
    AWS_SHARED_CREDENTIALS_FILE: file,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    GUMSHOE_COPY_PROOF_S: "1",
    SSM_stayS: "1",
    SSM_times: "1",
  });
}
