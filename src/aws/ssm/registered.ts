import { DescribeDocumentCommand, GetDocumentCommand, SSMClient } from "@aws-sdk/client-ssm";
import { reason, Unseen } from "../../words/because.ts";
import type { Access } from "../access.ts";
import { ask } from "../ask.ts";
import { AwsFailure } from "../failures.ts";
import { doesTheSame, type SsmDocument } from "./document.ts";

/** A registered document: the version that was compared, which nobody can change any more, and AWS's hash of it where AWS tells it. */
export type Registered = { name: string; version: string; hash?: string };

/**
 * The registered document of this name, once it is known to do what the loaded runbook does. Throws an Unseen that says so where it does
 * something else or is not there: then nothing may be sent.
 */
export async function registeredDocument(access: Access, name: string, document: SsmDocument, signal: AbortSignal): Promise<Registered> {
  const ssm = access.open(SSMClient);
  const wanted = new GetDocumentCommand({ Name: name, DocumentFormat: "JSON" });
  const [found, described] = await Promise.all([
    ask(access, ssm, wanted, { signal }).catch((error: unknown) => {
      throw error instanceof AwsFailure && error.code === "InvalidDocument" ? new Unseen(reason("documentMissing", name)) : error;
    }),
    // The hash is a second pin beside the version; without the permission to read it the version alone holds.
    ask(access, ssm, new DescribeDocumentCommand({ Name: name }), { signal, attempts: 1 }).catch(() => undefined),
  ]);
  const version = found.DocumentVersion ?? "";
  if (!doesTheSame(found.Content ?? "", document)) throw new Unseen(reason("documentDiffers", name, version));
  const { Hash, HashType, DocumentVersion } = described?.Document ?? {};
  return { name, version, ...(Hash !== undefined && HashType === "Sha256" && DocumentVersion === version ? { hash: Hash } : {}) };
}
