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

/**
 * From each root cause to what users notice first in the order of the symptoms, by the longest way through what was seen: each link brings
 * about the next. A root cause from which nothing visible follows stands alone.
 */
export function chainFrom(roots: readonly string[], present: ReadonlySet<string>, library: Library, runbook: Runbook): string[] {
  const edges = edgesOf(library, runbook);
  const noticed = library.symptoms.filter((symptom) => symptom.visible && present.has(symptom.id)).map((symptom) => symptom.id);
  const chains = roots.map((root) => {
    for (const end of noticed) {
      const way = longestWay(root, end, edges, present, []);
      if (way) return way;
    }
    return [root];
  });
  return [...new Set(chains.flat())];
}

/** The longest way from one node to another over nodes that were seen, none twice; the graph is small. */
function longestWay(from: string, to: string, edges: Edges, present: ReadonlySet<string>, behind: readonly string[]): string[] | undefined {
  if (from === to) return [to];
  const ways = (edges.get(from) ?? [])
    .filter((next) => present.has(next) && !behind.includes(next))
    .map((next) => longestWay(next, to, edges, present, [...behind, from]))
    .filter((way) => way !== undefined);
  const longest = ways.toSorted((a, b) => b.length - a.length)[0];
  return longest && [from, ...longest];
}

type Edges = ReadonlyMap<string, readonly string[]>;

function edgesOf(library: Library, runbook: Runbook): Edges {
  return new Map([...runbook.causes, ...library.symptoms].map((node) => [node.id, node.leadsTo]));
}

function reaches(from: string, to: string, edges: Edges, present: ReadonlySet<string>): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    for (const next of edges.get(id) ?? []) {
      if (next === to) return true;
      if (present.has(next)) seen.add(next);
    }
  }
  return false;
}
