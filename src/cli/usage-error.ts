/** Something that the person at the terminal can put right; shown as one line, exit code 1. */
export class UsageError extends Error {}
