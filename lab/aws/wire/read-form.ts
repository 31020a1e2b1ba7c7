import type { NormalizedSchema } from "@smithy/core/schema";
import { parseRfc3339DateTimeWithOffset } from "@smithy/core/serde";

/** A form, every key and beginning of a key in it, and whether it is written in EC2's way. */
type Form = { fields: URLSearchParams; keys: ReadonlySet<string>; ec2: boolean };

/** The input of a query request, from its form: `Filters.Filter.1.Values.Value.2=x`. The SDK writes these; nothing in it reads them. */
export function readForm(schema: NormalizedSchema, fields: URLSearchParams, dialect?: "ec2"): unknown {
  const keys = new Set([...fields.keys()].flatMap((key) => key.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."))));
  return readStruct(schema, { fields, keys, ec2: dialect === "ec2" }, "");
}

const has = ({ keys }: Form, key: string) => keys.has(key);

function readStruct(schema: NormalizedSchema, form: Form, prefix: string): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  if (schema.isUnitSchema()) return read;
  for (const [name, member] of schema.structIterator()) {
    const key = below(prefix, keyOf(form, member, name));
    if (has(form, key)) read[name] = readValue(member, form, key);
  }
  return read;
}

/** In EC2 a member has a name for requests alone, or begins with a capital letter there. */
function keyOf({ ec2 }: Form, member: NormalizedSchema, name: string): string {
  const { xmlName = name, ec2QueryName } = member.getMergedTraits();
  return ec2 ? ((ec2QueryName as string | undefined) ?? xmlName[0]!.toUpperCase() + xmlName.slice(1)) : xmlName;
}

const below = (prefix: string, key: string) => (prefix === "" ? key : `${prefix}.${key}`);

function readValue(schema: NormalizedSchema, form: Form, key: string): unknown {
  if (schema.isStructSchema()) return readStruct(schema, form, key);
  if (schema.isListSchema()) return readList(schema, form, key);
  if (schema.isMapSchema()) return readMap(schema, form, key);
  const text = form.fields.get(key) ?? "";
  if (schema.isBooleanSchema()) return text === "true";
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, "base64"));
  if (schema.isTimestampSchema()) return readTime(text);
  return text;
}

// The JS SDK writes ISO 8601; boto writes it too, and epoch seconds where its user gave a number.
const readTime = (text: string) =>
  /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : parseRfc3339DateTimeWithOffset(text.replace(/([+-]\d\d):?(\d\d)$/, "$1:$2"));

function readList(schema: NormalizedSchema, form: Form, key: string): unknown[] {
  const member = schema.getValueSchema();
  const name = member.getMergedTraits().xmlName ?? "member";
  const flat = form.ec2 || schema.getMergedTraits().xmlFlattened;
  const base = flat ? key : [below(key, name), below(key, "member")].find((each) => has(form, each));
  const read: unknown[] = [];
  if (base === undefined) return read;
  for (let index = 1; has(form, `${base}.${index}`); index++) read.push(readValue(member, form, `${base}.${index}`));
  return read;
}

function readMap(schema: NormalizedSchema, form: Form, key: string): Record<string, unknown> {
  const base = schema.getMergedTraits().xmlFlattened ? key : below(key, "entry");
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? "value";
  const read: Record<string, unknown> = {};
  for (let index = 1; has(form, `${base}.${index}`); index++) {
    read[form.fields.get(`${base}.${index}.${keyName}`) ?? ""] = readValue(schema.getValueSchema(), form, `${base}.${index}.${valueName}`);
  }
  return read;
}
