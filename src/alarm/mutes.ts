import type { Mute } from "./ledger.ts";

/** Silences that people ask for, of all copies. */
export type Mutes = {
  /** Keeps a silence, in place of the environment's last one, and notes it where an incident is open. */
  mute: (mute: Mute) => Promise<void>;
  /** Ends an environment's silence; false where there was none. */
  unmute: (environment: string, by: string, at: Date) => Promise<boolean>;
  /** Those that are not over. */
  all: () => Promise<readonly Mute[]>;
};

const MINUTE_MS = 60_000;

/** How long an environment can be muted at once: 7 days. */
const LONGEST_MS = 7 * 24 * 60 * MINUTE_MS;

const UNITS: readonly (readonly [words: RegExp, ms: number])[] = [
  [/^(?:m|min|mins|minute|minutes|분)$/, MINUTE_MS],
  [/^(?:h|hr|hrs|hour|hours|시간)$/, 60 * MINUTE_MS],
  [/^(?:d|day|days|일)$/, 24 * 60 * MINUTE_MS],
];

/** How long "2h", "1h 30m", "30 minutes", "1d", "2시간" or "1시간 30분" is, in milliseconds; why not, where it is no time or not one to be muted for. */
export function readMuteTime(text: string): { ms: number } | { not: "understood" | "too-long" } {
  const trimmed = text.trim().toLowerCase();
  if (!/^(?:\d{1,6}\s{0,3}[a-z분시간일]{1,7}\s{0,3}){1,3}$/.test(trimmed)) return { not: "understood" };
  let ms = 0;
  for (const [, count, word] of trimmed.matchAll(/(\d+)\s*([a-z분시간일]+)/g)) {
    const unit = UNITS.find(([words]) => words.test(word ?? ""))?.[1];
    if (unit === undefined) return { not: "understood" };
    ms += Number(count) * unit;
  }
  if (ms === 0) return { not: "understood" };
  return ms > LONGEST_MS ? { not: "too-long" } : { ms };
}
