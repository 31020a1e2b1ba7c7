import { PRODUCTS } from "./database/products.ts";

/** What the shop's client asks for: the catalogue page by page, and new products one call each. */
export type ShopRequest = { kind: "list" | "create" | "detail"; method: string; uri: string; body?: string };

/** Whose the requests are: one host name, one program. */
export const CLIENT = { host: "shop.example", userAgent: "GuzzleHttp/7" } as const;

/** How often each kind is asked for, of ten requests. */
const TURN: readonly ShopRequest["kind"][] = ["list", "create", "list", "list", "create", "list", "detail", "create", "list", "list"];

/** The nth request of the shop's client, the same every time: the first asks for page 47. */
export function requestAt(nth: number): ShopRequest {
  const kind = TURN[nth % TURN.length] ?? "list";
  if (kind === "list") return { kind, method: "GET", uri: `/api/products/?page=${((nth * 3 + 46) % 120) + 1}&page_size=50` };
  if (kind === "detail") return { kind, method: "GET", uri: `/api/products/${((nth * 7919) % PRODUCTS) + 1}/` };
  const body = JSON.stringify({
    name: `Product ${nth}`,
    price: ((nth * 37) % 9900) / 100 + 1,
    description: `No. ${nth} of the import. `.repeat(12),
  });
  return { kind, method: "POST", uri: "/api/products/", body };
}

/** How the client behaves: so many requests at a time, a pause after each, and a longer one after a request that failed. */
export const PATIENCE = { clients: 4, thinkMs: 1_080, afterFailureMs: 33_000 } as const;

/** The pause after the nth request, never quite the same. */
export function pauseAfter(nth: number, failed: boolean): number {
  const usual = failed ? PATIENCE.afterFailureMs : PATIENCE.thinkMs;
  return usual * (0.8 + ((nth * 13) % 40) / 100);
}
