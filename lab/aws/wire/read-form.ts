import type { NormalizedSchema } from "@smithy/core/schema";
import { parseRfc3339DateTimeWithOffset } from "@smithy/core/serde";

/** The input of a query request, from its form: `Filters.Filter.1.Values.Value.2=x`. The SDK writes these; nothing in it reads them. */
export function readForm(schema: NormalizedSchema, form: URLSearchParams): unknown {
  return readStruct(schema, form, "");
}

const has = (form: URLSearchParams, key: string) => [...form.keys()].some((each) => each === key || each.startsWith(`${key}.`));

function readStruct(schema: NormalizedSchema, form: URLSearchParams, prefix: string): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  if (schema.isUnitSchema()) return read;
  for (const [name, member] of schema.structIterator()) {
    const key = below(prefix, member.getMergedTraits().xmlName ?? name);
    if (has(form, key)) read[name] = readValue(member, form, key);
  }
  return read;
}

const below = (prefix: string, key: string) => (prefix === "" ? key : `${prefix}.${key}`);

function readValue(schema: NormalizedSchema, form: URLSearchParams, key: string): unknown {
  if (schema.isStructSchema()) return readStruct(schema, form, key);
  if (schema.isListSchema()) return readList(schema, form, key);
  if (schema.isMapSchema()) return readMap(schema, form, key);
  const text = form.get(key) ?? "";
  if (schema.isBooleanSchema()) return text === "true";
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, "base64"));
  if (schema.isTimestampSchema()) return readTime(text);
  return text;
}

// The JS SDK writes ISO 8601; boto writes it too, and epoch seconds where its user gave a number.
const readTime = (text: string) =>
  /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : parseRfc3339DateTimeWithOffset(text.replace(/([+-]\d\d):?(\d\d)$/, "$1:$2"));

function readList(schema: NormalizedSchema, form: URLSearchParams, key: string): unknown[] {
  const member = schema.getValueSchema();
  const name = member.getMergedTraits().xmlName ?? "member";
  const flat = schema.getMergedTraits().xmlFlattened;
  const base = flat ? key : [below(key, name), below(key, "member")].find((each) => has(form, each));
  const read: unknown[] = [];
  if (base === undefined) return read;
  for (let index = 1; has(form, `${base}.${index}`); index++) read.push(readValue(member, form, `${base}.${index}`));
  return read;
}

function readMap(schema: NormalizedSchema, form: URLSearchParams, key: string): Record<string, unknown> {
  const base = schema.getMergedTraits().xmlFlattened ? key : below(key, "entry");
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
  const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? "value";
  const read: Record<string, unknown> = {};
  for (let index = 1; has(form, `${base}.${index}`); index++) {
    read[form.get(`${base}.${index}.${keyName}`) ?? ""] = readValue(schema.getValueSchema(), form, `${base}.${index}.${valueName}`);
  }
  return read;
}
