/** An object somewhere within a message or a view, and its JSON pointer. */
export type Placed = { pointer: string; value: Record<string, unknown> };

/** Every object within a value, itself among them, in the order they are written. */
export function objectsIn(value: unknown, pointer: string): Placed[] {
  if (Array.isArray(value)) return value.flatMap((each, at) => objectsIn(each, `${pointer}/${at}`));
  if (value === null || typeof value !== "object") return [];
  const inner = Object.entries(value).flatMap(([key, each]) => objectsIn(each, `${pointer}/${key}`));
  return [{ pointer, value: value as Record<string, unknown> }, ...inner];
}

/** Every string within a value, and its JSON pointer. */
export function stringsIn(value: unknown, pointer: string): { pointer: string; value: string }[] {
  if (typeof value === "string") return [{ pointer, value }];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, each]) => stringsIn(each, `${pointer}/${key}`));
}
