import { NormalizedSchema } from "@smithy/core/schema";

/** Random numbers that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Strings and map keys that find wrong escaping and wrong decoding. */
const STRINGS = ["plain", "a<b & c>d \"q\" 'x'", "é + %20 한글", "two  spaces\tand a tab", "line\nbreak", "0", "true"];
const DEPTH = 4;

/** A value that fits a schema; members are left out three times of four, empty structs, lists and maps always. */
export function randomValue(schema: NormalizedSchema, random: () => number, depth = 0): unknown {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  if (schema.isStructSchema()) return randomStruct(schema, random, depth);
  if (schema.isListSchema()) return full([0, 1].map(() => randomValue(schema.getValueSchema(), random, depth + 1)));
  if (schema.isMapSchema()) {
    const entries = ["k<&1", "k 2+é"].map((key) => [key, randomValue(schema.getValueSchema(), random, depth + 1)] as const);
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
  }
  if (schema.isBlobSchema()) return new Uint8Array([0, 255, Math.floor(random() * 256)]);
  if (schema.isBooleanSchema()) return random() < 0.5;
  if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + Math.floor(random() * 1e8) * 1000);
  if (schema.isBigIntegerSchema()) return BigInt(Math.floor(random() * 1e6));
  if (schema.isBigDecimalSchema() || schema.isDocumentSchema()) return undefined;
  if (schema.isNumericSchema()) return random() < 0.2 ? 1.5 : Math.floor(random() * 2_000) - 1_000;
  return pick(STRINGS);
}

const full = (list: unknown[]) => (list.includes(undefined) ? undefined : list);

function randomStruct(schema: NormalizedSchema, random: () => number, depth: number): unknown {
  if (depth > DEPTH) return undefined;
  const members = [...schema.structIterator()];
  const only = schema.isUnionSchema() ? members[Math.floor(random() * members.length)]![0] : undefined;
  const value: Record<string, unknown> = {};
  for (const [name, member] of members) {
    const wanted = only === undefined ? member.isIdempotencyToken() || random() < 0.25 : name === only;
    const given = wanted ? randomValue(member, random, depth + 1) : undefined;
    if (given !== undefined) value[name] = given;
  }
  return Object.keys(value).length > 0 ? value : undefined;
}

/** A value as it can be compared: without what the client adds, bytes as hex, and absent members absent. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (value instanceof Date || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(comparable);
  const entries = Object.entries(value).filter(([key, each]) => key !== "$metadata" && key !== "__type" && each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, comparable(each)]));
}
