/** One request of the ordinary traffic: made anew for each call from a number between 0 and 1. */
type Endpoint = { share: number; method?: "POST"; uri: (random: number) => string; body?: (random: number) => unknown };

const upTo = (random: number, limit: number) => 1 + Math.floor(random * limit);

/** What the shop's visitors and their noise ask for in an ordinary hour, by share. */
export const ENDPOINTS: readonly Endpoint[] = [
  { share: 30, uri: () => "/" },
  { share: 20, uri: () => "/healthz/" },
  { share: 50, uri: (r) => `/api/products/${upTo(r, 180_000)}/` },
  { share: 25, uri: (r) => `/api/products/?limit=25&offset=${25 * upTo(r, 40)}` },
  { share: 10, uri: (r) => `/api/suppliers/?limit=25&offset=${25 * upTo(r, 10)}` },
  { share: 12, uri: (r) => `/api/suppliers/${upTo(r, 400)}/` },
  { share: 10, uri: () => "/categories/" },
  { share: 20, uri: (r) => `/categories/${upTo(r, 40)}/` },
  { share: 18, uri: (r) => `/cart/?ids=${upTo(r, 90_000)},${90_000 + upTo(r, 90_000)}` },
  { share: 10, uri: () => "/checkout/?code=WELCOME" },
  { share: 15, uri: (r) => `/orders/search/?email=customer${upTo(r, 89_999)}@mail.example` },
  { share: 12, uri: (r) => `/api/orders/${upTo(r, 1_200_000)}/` },
  {
    share: 8,
    method: "POST",
    uri: () => "/api/orders/",
    body: (r) => ({ email: "new@mail.example", product: upTo(r, 180_000), quantity: 1 }),
  },
  { share: 12, method: "POST", uri: (r) => `/api/products/${upTo(r, 180_000)}/reserve/` },
  { share: 5, uri: (r) => `/reports/stock/?category=${upTo(r, 40)}` },
  { share: 4, uri: () => "/reports/export/?rows=200" },
  { share: 10, uri: (r) => `/shipping/quote/?weight=${upTo(r, 30)}` },
  { share: 3, uri: () => "/favicon.ico" },
  { share: 1, uri: () => "/wp-login.php" },
];

/** Programs that the shop's visitors use. */
export const USER_AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
  "python-requests/2.31.0",
  "curl/7.88.1",
];
