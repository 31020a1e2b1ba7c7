import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { Clock } from "../../clock.ts";
import { AwsError } from "../aws-error.ts";
import type { Principal } from "../credentials.ts";
import { faultName, type Fault, type FaultKind } from "../faults.ts";
import { readInput, writeEc2Xml, writeValue, writeXml, type Protocol } from "./codecs.ts";
import { route, unknownOperation, unsigned, type Route } from "./route.ts";
import { operationSchema, type OperationSchema } from "./schemas.ts";
import { spoken } from "./services.ts";
import type { SignedRequest } from "./signature.ts";
import { typeOf, writeError, type Answer } from "./write-error.ts";

/** One call, as the log keeps it: all that came in, and the error it got or the fault it met. */
export type Call = {
  service: string;
  operation: string;
  protocol: Protocol;
  input: unknown;
  userAgent: string;
  at: Date;
  requestId: string;
  /** Who called: `arn:aws:sts::111122223333:assumed-role/ROLE/SESSION` for a role's session. */
  principal?: string;
  /** Who is behind a role's session, as AssumeRole was told. */
  sourceIdentity?: string;
  error?: string;
};

/** What a service is asked: an operation with its input, by whom, and a signal that is aborted when nobody waits for the answer. */
export type Ask = {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  principal: Principal;
  requestId: string;
  signal: AbortSignal;
};

/** What the server needs to carry calls out. */
export type WireParts = {
  port: number;
  clock: Clock;
  verify: (request: SignedRequest) => Promise<Principal>;
  /** The output, or nothing for an operation that is not carried out here. */
  carryOut: (ask: Ask, schema: OperationSchema) => Promise<object | undefined>;
  deny: (principal: Principal, action: string) => AwsError;
  /** What AWS's clock says beyond this machine's. */
  offMs: () => number;
  takeFault: (service: string, operation: string) => Fault | undefined;
  /** The answer to a visitor without a signature, where there is something for everybody at that path. */
  visit?: (path: string) => { status: number; type: string; body: string } | undefined;
  note: (call: Call) => void;
};

const ANYONE: Principal = { arn: "anonymous", userId: "anonymous" };

/** Start the HTTP server for all services on 127.0.0.1; `stop` ends every connection, also those that a fault keeps hanging. */
export async function startWire(parts: WireParts): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, parts).catch((error: unknown) => {
      outgoing.destroy(error as Error);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(parts.port, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, parts: WireParts): Promise<void> {
  const request = await read(incoming);
  const to = route(request);
  const visited = to || request.method !== "GET" ? undefined : parts.visit?.(request.path);
  if (visited) return void outgoing.writeHead(visited.status, { "content-type": visited.type }).end(visited.body);
  if (!to) {
    outgoing.writeHead(404, { "content-type": "text/plain" }).end(`This is a local AWS. It answers signed AWS requests of ${spoken()}.\n`);
    return;
  }
  const requestId = randomUUID();
  const call: Call = {
    service: to.service.name,
    operation: to.operation,
    protocol: to.protocol,
    input: undefined,
    userAgent: request.headers["user-agent"] ?? "",
    at: parts.clock.now(),
    requestId,
  };
  parts.note(call);
  const fault = parts.takeFault(to.service.name, to.operation);
  if (fault?.delayMs) await parts.clock.sleep(fault.delayMs);
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const answer = await answerTo({ request, to, call, parts, fault: fault?.kind, signal: gone.signal });
  if (answer === "reset") incoming.socket.destroy();
  else if (answer !== "hang")
    outgoing.writeHead(answer.status, { ...answer.headers, date: new Date(Date.now() + parts.offMs()).toUTCString() }).end(answer.body);
}

async function read(incoming: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { method: incoming.method ?? "POST", path: incoming.url ?? "/", headers, body: Buffer.concat(chunks) };
}

type Asked = { request: SignedRequest; to: Route; call: Call; parts: WireParts; fault: FaultKind | undefined; signal: AbortSignal };

async function answerTo(asked: Asked): Promise<Answer | "reset" | "hang"> {
  const { to, call, fault } = asked;
  if (fault !== undefined && fault !== "slow") call.error = faultName(fault);
  if (fault === "reset-before") return "reset";
  if (fault === "hang") return "hang";
  try {
    const answer = await carryOut(asked);
    return fault === "reset-after" ? "reset" : answer;
  } catch (error) {
    const refusal = error instanceof AwsError ? error : new AwsError("InternalFailure", `The local AWS broke: ${(error as Error).stack}`);
    call.error = refusal.name;
    return fault === "reset-after" ? "reset" : writeError(refusal, { ...to, requestId: call.requestId });
  }
}

async function carryOut({ request, to, call, parts, fault, signal }: Asked): Promise<Answer> {
  const schema = await operationSchema(to.service, to.operation);
  if (schema) call.input = await readBody(request, to, schema);
  const principal = unsigned(to) ? ANYONE : await parts.verify(request);
  call.principal = principal.arn;
  if (principal.sourceIdentity !== undefined) call.sourceIdentity = principal.sourceIdentity;
  if (!schema) throw unknownOperation(to);
  refuseBy(fault, to, principal, parts.deny);
  const ask: Ask = {
    service: to.service.name,
    operation: to.operation,
    input: structuredClone(call.input) as Record<string, unknown>,
    principal,
    requestId: call.requestId,
    signal,
  };
  const output = await parts.carryOut(ask, schema);
  if (!output) throw unknownOperation(to);
  return write(to, schema, call.requestId, output);
}

async function readBody(request: SignedRequest, to: Route, schema: OperationSchema): Promise<unknown> {
  try {
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(request.body) : request.body;
    return await readInput({ protocol: to.protocol, dialect: to.service.dialect }, schema.input, body);
  } catch (error) {
    throw new AwsError("SerializationException", (error as Error).message);
  }
}

/** Faults that are answered with an error, after the signature was found good. */
function refuseBy(fault: FaultKind | undefined, { service, operation }: Route, principal: Principal, deny: WireParts["deny"]): void {
  if (fault === undefined || fault === "slow" || fault === "reset-after") return;
  if (typeof fault === "object") throw new AwsError(fault.error, fault.message);
  if (fault === "throttle") throw new AwsError("ThrottlingException", "Rate exceeded");
  if (fault === "http-500") throw new AwsError("InternalFailure", "The request processing has failed because of an unknown error.");
  if (fault === "http-503") throw new AwsError("ServiceUnavailableException", "The service is temporarily unavailable.");
  throw deny(principal, `${service.name}:${operation}`);
}

function write(
  { service, operation, protocol, contentType }: Route,
  { output }: OperationSchema,
  requestId: string,
  value: object,
): Answer {
  const from = { operation, xmlns: service.xmlns, requestId };
  const xml = () => (service.dialect === "ec2" ? writeEc2Xml(from, output, value) : writeXml(from, output, value));
  return {
    status: 200,
    headers: { "x-amzn-requestid": requestId, ...typeOf(protocol, contentType) },
    body: protocol === "query" ? xml() : writeValue(protocol, output, value),
  };
}
