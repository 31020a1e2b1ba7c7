/** This copy's id as it is now, and whether another (or an earlier life of this one) is alive. An id is not used again: what is dead stays dead. */
export type CopiesPort = { readonly id: string; isAlive: (copy: string) => Promise<boolean> };

/**
 * `doubtful`: ids of what may run as this copy's while nobody runs it, since the connection was lost after its beginning was kept, and before that was
 * acknowledged. It is taken like what a dead copy left.
 */
export type Doubting = { copies: CopiesPort; doubtful: Set<string> };

/** Of what runs, what runs as a copy's that is not alive, as nobody's, or as this one's without its knowing. */
export async function leftBehind<Row extends { id: string; copy: string | null }>(
  { copies, doubtful }: Doubting,
  running: readonly Row[],
): Promise<Row[]> {
  const dead = new Set<string | null>([null]);
  for (const { copy } of running)
    if (copy !== null && copy !== copies.id && !dead.has(copy) && !(await copies.isAlive(copy))) dead.add(copy);
  // What another has taken meanwhile is its own, however doubtful it was here.
  return running.filter(({ id, copy }) => dead.has(copy) || (copy === copies.id && doubtful.has(id)));
}

/** Tries one after the other; the first that gives something. */
export async function firstOf<Tried, Taken>(
  all: readonly Tried[],
  take: (one: Tried) => Promise<Taken | undefined>,
): Promise<Taken | undefined> {
  for (const one of all) {
    const taken = await take(one);
    if (taken !== undefined) return taken;
  }
  return undefined;
}
