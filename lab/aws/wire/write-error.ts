import { cbor } from "@smithy/core/cbor";
import type { AwsError } from "../aws-error.ts";
import type { Protocol } from "./codecs.ts";
import { errorSchema } from "./schemas.ts";
import type { Service } from "./services.ts";

/** An answer on its way: status, headers and body. */
export type Answer = { status: number; headers: Record<string, string>; body: string | Uint8Array };

/** Errors that every service has, by their name in JSON: their code in XML, and the HTTP status there (JSON has 400 or 500). */
const COMMON: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDeniedException: ["AccessDenied", 403],
  ExpiredTokenException: ["ExpiredToken", 403],
  IncompleteSignatureException: ["IncompleteSignature", 403],
  InternalFailure: ["InternalFailure", 500],
  InvalidSignatureException: ["SignatureDoesNotMatch", 403],
  MissingAuthenticationTokenException: ["MissingAuthenticationToken", 403],
  SerializationException: ["MalformedInput", 400],
  ServiceUnavailableException: ["ServiceUnavailable", 503],
  ThrottlingException: ["Throttling", 400],
  UnknownOperationException: ["InvalidAction", 400],
  UnrecognizedClientException: ["InvalidClientTokenId", 403],
  ValidationException: ["ValidationError", 400],
};

/** How EC2 says them, in its list of common error codes. */
const EC2: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDeniedException: ["UnauthorizedOperation", 403],
  ExpiredTokenException: ["RequestExpired", 400],
  IncompleteSignatureException: ["IncompleteSignature", 400],
  InternalFailure: ["InternalError", 500],
  InvalidSignatureException: ["AuthFailure", 401],
  MissingAuthenticationTokenException: ["MissingAuthenticationToken", 403],
  ServiceUnavailableException: ["Unavailable", 503],
  ThrottlingException: ["RequestLimitExceeded", 503],
  UnrecognizedClientException: ["AuthFailure", 401],
  ValidationException: ["MissingParameter", 400],
};

type To = { service: Service; protocol: Protocol; contentType: string; queryMode: boolean; requestId: string };

/** The headers that say how an answer is written; JSON is answered in the version it was asked in. */
export function typeOf(protocol: Protocol, contentType: string): Record<string, string> {
  if (protocol === "json") return { "content-type": contentType };
  if (protocol === "query") return { "content-type": "text/xml" };
  return { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };
}

/** An error exactly as the service encodes it: `__type` in JSON and CBOR, a code in XML, and both for the query-compatible services. */
export async function writeError(error: AwsError, to: To): Promise<Answer> {
  const { service, protocol, queryMode, requestId } = to;
  const schema = await errorSchema(service, error.name);
  // What every service refuses alike comes first: STS models an ExpiredTokenException of its own, which is about web identities.
  const dialect = service.dialect === "ec2" ? EC2[error.name] : undefined;
  const [code, queryStatus] = dialect ?? COMMON[error.name] ?? schema?.query ?? [error.name, schema?.httpStatus ?? 400];
  const fault = schema?.fault ?? (queryStatus >= 500 ? "server" : "client");
  const sender = fault === "client" ? "Sender" : "Receiver";
  const common = { "x-amzn-requestid": requestId };
  if (protocol === "query") {
    return {
      status: queryStatus,
      headers: { ...common, ...typeOf(protocol, to.contentType) },
      body:
        service.dialect === "ec2" ? ec2Error(error, code, requestId) : xmlError(error, { code, sender, requestId, xmlns: service.xmlns }),
    };
  }
  const compatible = queryMode ? { "x-amzn-query-error": `${code};${sender}` } : {};
  const status = queryMode ? queryStatus : (schema?.httpStatus ?? (fault === "client" ? 400 : queryStatus));
  const names = schema ? [...schema.members.structIterator()].map(([name]) => name) : [];
  const body = {
    __type: schema && protocol === "cbor" ? `${schema.namespace}#${error.name}` : error.name,
    [names.includes("Message") ? "Message" : "message"]: error.message,
    ...error.fields,
  };
  const headers = { ...common, ...compatible, ...typeOf(protocol, to.contentType) };
  return { status, headers, body: protocol === "json" ? JSON.stringify(body) : cbor.serialize(body) };
}

function xmlError(
  error: AwsError,
  { code, sender, requestId, xmlns }: { code: string; sender: string; requestId: string; xmlns: string },
): string {
  const fields = Object.entries({ Type: sender, Code: code, Message: error.message, ...error.fields });
  const plain = fields.filter(([, value]) => typeof value !== "object");
  const told = plain.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`).join("");
  return `<ErrorResponse xmlns="${xmlns}"><Error>${told}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function ec2Error({ message }: AwsError, code: string, requestId: string): string {
  const told = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return `<Response><Errors>${told}</Errors><RequestID>${requestId}</RequestID></Response>`;
}

const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
