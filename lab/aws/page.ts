import { AwsError, invalid } from "./aws-error.ts";

/** A page of a list, and the token of the next one when there is more. */
export type Page<Item> = { items: Item[]; next?: string };

/** How many items a page has: what was asked for, if the service allows it, or what the service gives otherwise. */
export function pageSize(
  asked: number | undefined,
  { least = 1, most, otherwise = most }: { least?: number; most: number; otherwise?: number },
): number {
  const size = asked ?? otherwise;
  if (size < least) throw invalid("maxResults", size, `Member must have value greater than or equal to ${least}`);
  if (size > most) throw invalid("maxResults", size, `Member must have value less than or equal to ${most}`);
  return size;
}

/** Cut one page out of a list. A token that was never given out is refused with the service's error, `InvalidNextToken` unless told otherwise. */
export function page<Item>(all: readonly Item[], from: { token?: string | undefined; size: number; error?: string }): Page<Item> {
  const start = from.token ? read(from.token, all.length, from.error ?? "InvalidNextToken") : 0;
  const items = all.slice(start, start + from.size);
  const end = start + items.length;
  return end < all.length ? { items, next: Buffer.from(`page:${end}`).toString("base64") } : { items };
}

function read(token: string, length: number, error: string): number {
  const start = Number(/^page:(\d+)$/.exec(Buffer.from(token, "base64").toString())?.[1]);
  if (!(start <= length)) throw new AwsError(error, "The specified token isn't valid.");
  return start;
}
