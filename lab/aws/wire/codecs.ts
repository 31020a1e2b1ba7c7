import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { CborCodec } from "@smithy/core/cbor";
import { JsonCodec2 } from "@smithy/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { readForm } from "./read-form.ts";
import { renamed } from "./schemas.ts";
import type { Service } from "./services.ts";

/** How a request is written, and so its answer: JSON 1.0 or 1.1, a form answered in XML, or CBOR. */
export type Protocol = "json" | "query" | "cbor";

// 7 is epoch seconds and 5 is ISO 8601, in the SDK's own numbering.
const json = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });
const cbor = new CborCodec();
const XML = { xmlNamespace: "", serviceNamespace: "", httpBindings: false, timestampFormat: { useTrait: true, default: 5 } } as const;

/** How a service speaks: its protocol, and EC2's own way of writing query. */
export type Speech = { protocol: Protocol; dialect?: Service["dialect"] };

/** The input of an operation, from the body of its request. */
export async function readInput({ protocol, dialect }: Speech, schema: NormalizedSchema, body: Buffer): Promise<Record<string, unknown>> {
  if (protocol === "query") return readForm(schema, new URLSearchParams(body.toString()), dialect) as Record<string, unknown>;
  if (schema.isUnitSchema() || body.length === 0) return {};
  if (protocol === "cbor") return (await cbor.createDeserializer().read(schema, new Uint8Array(body))) as Record<string, unknown>;
  return (await json.createDeserializer().read(schema, body.toString())) as Record<string, unknown>;
}

/** A value as bytes of a protocol without an envelope, or nothing at all for an operation without an output. */
export function writeValue(protocol: "json" | "cbor", schema: NormalizedSchema, value: object): string | Uint8Array {
  const serializer = protocol === "json" ? json.createSerializer() : cbor.createSerializer();
  if (schema.isUnitSchema()) return protocol === "json" ? "{}" : new Uint8Array([0xa0]);
  serializer.write(schema, value);
  return serializer.flush();
}

/** The answer to a query request: the output inside `<XResponse><XResult>`, with the request's id. */
export function writeXml(from: { operation: string; xmlns: string; requestId: string }, schema: NormalizedSchema, value: object): string {
  const { operation, xmlns, requestId } = from;
  const result = schema.isUnitSchema() ? "" : xmlOf(renamed(schema, `${operation}Result`), value);
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `<${operation}Response xmlns="${xmlns}">${result}${metadata}</${operation}Response>`;
}

/** The answer to a query request of EC2: the output's members beside the request's id. */
export function writeEc2Xml(
  from: { operation: string; xmlns: string; requestId: string },
  schema: NormalizedSchema,
  value: object,
): string {
  const { operation, xmlns, requestId } = from;
  const name = `${operation}Response`;
  const whole = schema.isUnitSchema() ? "" : xmlOf(renamed(schema, name), value);
  const members = new RegExp(`^<${name}[^>]*>(.*)</${name}>$`, "s").exec(whole)?.[1] ?? "";
  return `<${name} xmlns="${xmlns}"><requestId>${requestId}</requestId>${members}</${name}>`;
}

function xmlOf(schema: NormalizedSchema, value: object): string {
  const serializer = new XmlShapeSerializer(XML);
  serializer.write(schema, value);
  return serializer.flush() as string;
}
