import { AwsError } from "../aws-error.ts";
import type { Protocol } from "./codecs.ts";
import { findService, strangeService, UNSIGNED, type Service } from "./services.ts";
import { readAuthorization, type SignedRequest } from "./signature.ts";

/** Where a request goes, and how its answer has to be written. */
export type Route = { service: Service; operation: string; protocol: Protocol; contentType: string; queryMode: boolean };

/**
 * Find the service and the operation of a request. A signed request says its service in the signature's scope; the others are found by their
 * X-Amz-Target, their path, or their query version. Nothing is returned for a request that is no AWS request at all.
 */
export function route({ path, headers, body }: SignedRequest): Route | undefined {
  const authorization = readAuthorization(headers.authorization);
  const [target = "", operation = ""] = (headers["x-amz-target"] ?? "").split(".");
  const rpc = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path);
  const form = target === "" && !rpc ? new URLSearchParams(body.toString()) : undefined;
  const service =
    findService("scope", authorization?.scope) ??
    findService("target", rpc?.[1] ?? (target === "" ? undefined : target)) ??
    findService("version", form?.get("Version") ?? undefined) ??
    (authorization && strangeService(authorization.scope));
  if (!service) return undefined;
  const told = {
    service,
    contentType: headers["content-type"] ?? "application/x-amz-json-1.1",
    queryMode: headers["x-amzn-query-mode"] === "true",
  };
  if (rpc) return { ...told, operation: rpc[2]!, protocol: "cbor" };
  if (target !== "") return { ...told, operation, protocol: "json" };
  return { ...told, operation: form?.get("Action") ?? "", protocol: "query" };
}

/** Whether AWS asks no signature of this call. */
export const unsigned = ({ service, operation }: Route): boolean => service.name === "sts" && UNSIGNED.has(operation);

/** The answer to an operation that this AWS does not carry out, whether or not the real one has it. */
export function unknownOperation({ service, operation, protocol }: Pick<Route, "service" | "operation" | "protocol">): AwsError {
  const told =
    protocol === "query" ? `Could not find operation ${operation} for version ${service.version}` : `Unknown operation ${operation}`;
  return new AwsError("UnknownOperationException", `${told} of ${service.name} (the local AWS does not carry it out)`);
}
