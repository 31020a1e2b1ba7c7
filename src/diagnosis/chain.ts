import type { Library, Runbook } from "../runbook/library.ts";

/** Whether another confirmed cause leads to this one along edges whose inner nodes were all seen. */
export function explained(
  id: string,
  confirmed: readonly string[],
  present: ReadonlySet<string>,
  library: Library,
  runbook: Runbook,
): boolean {
  const edges = edgesOf(library, runbook);
  return confirmed.some((other) => other !== id && reaches(other, id, edges, present) && !reaches(id, other, edges, present));
}

/** From the root causes to the symptoms that were seen, in the order in which one leads to the next. */
export function chainFrom(roots: readonly string[], present: ReadonlySet<string>, library: Library, runbook: Runbook): string[] {
  const edges = edgesOf(library, runbook);
  const reachable = new Set<string>(roots);
  for (const id of reachable) for (const next of edges.get(id) ?? []) if (present.has(next)) reachable.add(next);
  const depth = new Map<string, number>(roots.map((id) => [id, 0]));
  // The longest way from a root orders the chain; the graph is small and cycles are cut at its size.
  for (let round = 0; round < reachable.size; round++) {
    for (const id of reachable) {
      for (const next of edges.get(id) ?? []) {
        const far = (depth.get(id) ?? 0) + 1;
        if (reachable.has(next) && !roots.includes(next) && far < reachable.size + 1 && far > (depth.get(next) ?? 0)) depth.set(next, far);
      }
    }
  }
  return [...reachable].toSorted((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0));
}

function edgesOf(library: Library, runbook: Runbook): ReadonlyMap<string, readonly string[]> {
  return new Map([...runbook.causes, ...library.symptoms].map((node) => [node.id, node.leadsTo]));
}

function reaches(from: string, to: string, edges: ReadonlyMap<string, readonly string[]>, present: ReadonlySet<string>): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    for (const next of edges.get(id) ?? []) {
      if (next === to) return true;
      if (present.has(next)) seen.add(next);
    }
  }
  return false;
}
