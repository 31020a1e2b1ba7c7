/** Letters of what was being done that an error repeats: it may name what a stranger sent. */
const MOST = 200;

/** Waits for a part of the store's work. Where it fails, the error says what was being done and holds what was thrown as its cause. */
export async function doing<Result>(what: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`${what.slice(0, MOST).toWellFormed()}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
