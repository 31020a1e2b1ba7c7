/**
 * Seconds of wall time that a shell's `time` printed after a command: bash (`real\t0m10.015s`, with a decimal comma in other locales),
 * POSIX (`real 10.02`), zsh (`10.015 total`). `undefined` where none stands.
 */
export function realSecondsOf(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const bash = /^real\s+(?:(\d{1,6})m)?(\d{1,9}(?:[.,]\d{1,9})?)s?\s*$/.exec(line);
    if (bash) return Number(bash[1] ?? 0) * 60 + decimal(bash[2]);
    const zsh = /\bcpu (?:(\d{1,6}):)?(\d{1,9}(?:[.,]\d{1,9})?) total\s*$/.exec(line);
    if (zsh) return Number(zsh[1] ?? 0) * 60 + decimal(zsh[2]);
  }
  return undefined;
}

/** The exit code that a line of its own tells (`exit=2`, `exit_code: 124`). */
export function exitCodeOf(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const code = /^(?:[a-z]{2,20}_)?exit(?:[_ ]?code)?\s*[=:]\s*(\d{1,3})\s*$/i.exec(line)?.[1];
    if (code !== undefined) return Number(code);
  }
  return undefined;
}

function decimal(text: string | undefined): number {
  return Number((text ?? "").replace(",", "."));
}

/** Whether an exit code says that the command was never run: the shell did not find it, or must not run it. */
export function neverRan(exitCode: number | undefined): boolean {
  return exitCode === 126 || exitCode === 127;
}
