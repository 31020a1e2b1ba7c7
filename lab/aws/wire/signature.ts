import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsError } from "../aws-error.ts";
import type { Key, Keyring, Principal } from "../credentials.ts";
import { findService } from "./services.ts";

/** A request as it came in; its headers have lower-case names. */
export type SignedRequest = { method: string; path: string; headers: Readonly<Record<string, string>>; body: Buffer };

/** The parts of an Authorization header that says AWS4-HMAC-SHA256. */
export type Authorization = { keyId: string; date: string; region: string; scope: string; signed: readonly string[]; signature: string };

/** A signature's date may be this far from now: 5 minutes for JSON services, 15 for query; the wider one is enough here. */
const SKEW_MS = 15 * 60_000;

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/** Read an Authorization header, or nothing when there is none or it is of another kind. */
export function readAuthorization(header: string | undefined): Authorization | undefined {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      header ?? "",
    );
  if (!parts) return undefined;
  const [keyId, date, region, scope, signed, signature] = parts.slice(1) as [string, string, string, string, string, string];
  return { keyId, date, region, scope, signed: signed.split(";"), signature };
}

/**
 * Who signed a request. The request is signed again with the secret that belongs to its key, and the two signatures are compared, so a wrong
 * secret, a changed body, another region and an expired session are refused as AWS refuses them. `now` is the account's time, for sessions;
 * the age of a signature is judged by the machine's time, which is the signer's, and by what AWS's is off from it.
 */
export async function verify(
  request: SignedRequest,
  keys: Keyring,
  { region, now, offMs = 0 }: { region: string; now: Date; offMs?: number },
): Promise<Principal> {
  const header = request.headers.authorization;
  if (header === undefined) throw new AwsError("MissingAuthenticationTokenException", "Request is missing Authentication Token");
  const authorization = readAuthorization(header);
  if (!authorization) {
    throw new AwsError("IncompleteSignatureException", "Authorization header is not a complete AWS4-HMAC-SHA256 signature.");
  }
  const key = keys.get(authorization.keyId);
  if (!key || key.session?.token !== request.headers["x-amz-security-token"]) {
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  if (key.session && key.session.expiresAt <= now) {
    throw new AwsError("ExpiredTokenException", "The security token included in the request is expired");
  }
  if (authorization.region !== region && authorization.region !== findService("scope", authorization.scope)?.region) {
    throw new AwsError("InvalidSignatureException", `Credential should be scoped to a valid region, not '${authorization.region}'. `);
  }
  const signedAt = readDate(request.headers["x-amz-date"]);
  if (Math.abs(signedAt.getTime() - Date.now() - offMs) > SKEW_MS) {
    throw new AwsError("InvalidSignatureException", `Signature expired or not yet current: ${request.headers["x-amz-date"]}`);
  }
  if ((await signAgain(request, authorization, key, signedAt)) !== authorization.signature) {
    throw new AwsError("InvalidSignatureException", MISMATCH);
  }
  return key.principal;
}

/** `20261105T091500Z` as a date. */
function readDate(text = ""): Date {
  const at = new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at.getTime())) throw new AwsError("IncompleteSignatureException", "The x-amz-date header is missing or not a date.");
  return at;
}

async function signAgain(request: SignedRequest, { region, scope, signed }: Authorization, key: Key, signingDate: Date): Promise<string> {
  const { method, path, body } = request;
  // The signer adds the date and the body's hash itself; a hash that was sent is not believed.
  const names = signed.filter((name) => name !== "x-amz-date" && name !== "x-amz-content-sha256");
  const signer = new SignatureV4({
    service: scope,
    region,
    credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
    sha256: Sha256,
    applyChecksum: signed.includes("x-amz-content-sha256"),
  });
  const headers = Object.fromEntries(names.map((name) => [name, request.headers[name] ?? ""]));
  const again = await signer.sign(new HttpRequest({ method, protocol: "http:", hostname: "127.0.0.1", path, headers, body }), {
    signingDate,
    signableHeaders: new Set(signed),
  });
  return readAuthorization(again.headers.authorization)?.signature ?? "";
}
