/** A line without its end; `ended`: whether it had one, which the last may not have. */
export type SplitLine = { line: string; ended: boolean };

/** Splits a stream of text at its newlines, and at nothing else. Throws what `tooLong` makes where a line has more than `longest` characters. */
export async function* splitLines(
  chunks: AsyncIterable<string>,
  { longest, tooLong }: { longest: number; tooLong: () => Error },
): AsyncGenerator<SplitLine> {
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [first = "", ...rest] = chunk.split("\n");
    parts.push(first);
    length += first.length;
    if (length > longest) throw tooLong();
    for (const next of rest) {
      yield { line: parts.join(""), ended: true };
      [parts, length] = [[next], next.length];
    }
  }
  if (length > 0) yield { line: parts.join(""), ended: false };
}
