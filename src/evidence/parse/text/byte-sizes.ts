const POWER: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 };

/**
 * A size as `df -h`, `du -h`, `ls -h` and `free -h` print it (`4.9G`, `1,9Gi`, `512`) in bytes: letters are powers of 1024 and a bare number counts
 * `unit` bytes. `undefined` for anything else.
 */
export function bytesOf(size: string, unit = 1): number | undefined {
  const m = /^(\d{1,20})(?:[.,](\d{1,6}))?([bkmgtpe])?(?:i?b?)?$/i.exec(size);
  if (!m) return undefined;
  const value = Number(`${m[1] ?? "0"}.${m[2] ?? "0"}`);
  const letter = m[3]?.toLowerCase();
  return letter === undefined ? value * unit : Math.round(value * 1024 ** (POWER[letter] ?? 0));
}
