import type { Work } from "./disk.ts";

/** One message of a PostgreSQL client as it stands on the wire, and what it asks of the disk. */
export type ClientMessage = { bytes: Buffer; work: Work };

const NOTHING: Work = { operations: 0, window: 1, writes: false };

/** A new session reads the catalogue, one page after the other. */
const START: Work = { operations: 18, window: 1, writes: false };

/**
 * What a statement reads or writes, by its text: the first that fits. Sessions are told from memory, and the catalogue nearly so; a count reads the
 * table, a page its beginning, an insert walks indexes.
 */
const STATEMENTS: readonly (readonly [RegExp, Work])[] = [
  [/\bpg_stat_activity\b/i, { operations: 2, window: 1, writes: false }],
  [/\bpg_[a-z_]+\b/i, { operations: 1, window: 1, writes: false }],
  [/^\s*copy\b/i, { operations: 200, window: 8, writes: false }],
  [/^\s*select count\(/i, { operations: 200, window: 2, writes: false }],
  [/\boffset\b/i, { operations: 120, window: 2, writes: false }],
  [/^\s*(?:insert|update|delete)\b/i, { operations: 140, window: 1, writes: true }],
  [/^\s*(?:set|begin|commit|rollback|show)\b/i, NOTHING],
  [/\bfrom\b/i, { operations: 12, window: 1, writes: false }],
];

/** First codes of a connection that are no start-up: CancelRequest, SSLRequest, GSSENCRequest (PostgreSQL manual, message formats). */
const NO_STARTUP: ReadonlySet<number> = new Set([80_877_102, 80_877_103, 80_877_104]);

/** Longer messages are no client's of a shop; their connection is not one of PostgreSQL's protocol. */
const LONGEST = 16 * 1024 * 1024;

/** Cuts what a client sends into its messages. Returns the messages that are whole now; throws at bytes that are none. */
export function messageReader(): (part: Buffer) => ClientMessage[] {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  return (part) => {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    const found: ClientMessage[] = [];
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return found;
      const length = head + rest.readInt32BE(head);
      if (length < head + 4 || length > LONGEST) throw new Error("reading a PostgreSQL client: a message with an impossible length");
      if (rest.length < length) return found;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      found.push({ bytes, work: started ? workOf(bytes) : NO_STARTUP.has(bytes.readInt32BE(4)) ? NOTHING : START });
      started ||= !NO_STARTUP.has(bytes.readInt32BE(4));
    }
  };
}

/** Query (Q) and Parse (P) carry a statement; all others belong to one. */
function workOf(bytes: Buffer): Work {
  const kind = String.fromCharCode(bytes[0] ?? 0);
  if (kind !== "Q" && kind !== "P") return NOTHING;
  const text = bytes.toString("latin1", kind === "P" ? bytes.indexOf(0, 5) + 1 : 5, bytes.length);
  return STATEMENTS.find(([words]) => words.test(text))?.[1] ?? NOTHING;
}
