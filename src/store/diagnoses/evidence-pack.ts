import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";
import type { RawEvidence } from "../../evidence/read-evidence.ts";
import { redact } from "../../evidence/redact.ts";

/** Maps and dates in JSON: an object with one of these as its only name. */
const MAP = "$map";
const DATE = "$date";

/** What evidence may come to when it is unpacked; a diagnosis of ten hosts is some megabytes. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Packs what a look brought back, to the last letter but for secrets: every text is redacted once more. */
export async function packEvidence(raw: RawEvidence): Promise<Buffer> {
  return promisify(gzip)(JSON.stringify(tagged(raw)));
}

/** The evidence as it was when it was packed. Throws where it is not what `packEvidence` makes. */
export function unpackEvidence(packed: Buffer): RawEvidence {
  const text = gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8");
  return untagged(JSON.parse(text)) as RawEvidence;
}

function tagged(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (value instanceof Date) return { [DATE]: value.toISOString() };
  if (value instanceof Map) return { [MAP]: [...value].map(([key, held]) => [key, tagged(held)]) };
  if (Array.isArray(value)) return value.map(tagged);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, tagged(held)]));
}

function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== "object" || value === null) return value;
  const { [MAP]: map, [DATE]: date } = value as { [MAP]?: [string, unknown][]; [DATE]?: string };
  if (date !== undefined) return new Date(date);
  if (map !== undefined) return new Map(map.map(([key, held]) => [key, untagged(held)]));
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, untagged(held)]));
}
