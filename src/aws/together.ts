/**
 * Does the same with each of many things, at most `atOnce` at a time; the results in the things' order. An error is thrown when nothing runs any
 * longer, so that nothing happens behind its back.
 */
export async function together<Thing, Result>(
  things: readonly Thing[],
  atOnce: number,
  act: (thing: Thing) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let nth = next++; nth < things.length; nth = next++) results[nth] = await act(things[nth] as Thing);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, things.length) }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}
