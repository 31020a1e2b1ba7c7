/** Endpoints with more than this many names below one folder, each rarely asked for, are one endpoint with a name in it. */
const SLUGS = 12;

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Method and path of a request with `*` for what changes from one to the next (`GET /products/17?page=2` is `GET /products/*`). At most 120 characters. */
export function endpointOf(method: string, uri: string): string {
  const path = (uri.slice(0, 2_000).split(/[?#]/, 1)[0] ?? "").replace(/^https?:\/\/[^/]{0,255}/i, "");
  const parts = path.split("/").map((part) => (isValue(part) ? "*" : part.replace(/\d{3,}/g, "*")));
  return `${method} ${parts.join("/")}`.slice(0, 120);
}

/** The same endpoints in the same order, with rarely asked names below one folder (slugs of articles, say) taken as one. */
export function mergeSlugs(endpoints: readonly string[]): string[] {
  const asked = new Map<string, number>();
  for (const endpoint of endpoints) asked.set(endpoint, (asked.get(endpoint) ?? 0) + 1);
  const rare = new Map<string, number>();
  for (const [endpoint, times] of asked) {
    const folder = folderOf(endpoint);
    if (folder && times <= 2) rare.set(folder, (rare.get(folder) ?? 0) + 1);
  }
  return endpoints.map((endpoint) => {
    const folder = folderOf(endpoint);
    const merged = folder !== undefined && (asked.get(endpoint) ?? 0) <= 2 && (rare.get(folder) ?? 0) >= SLUGS;
    return merged ? `${folder}/*${endpoint.endsWith("/") ? "/" : ""}` : endpoint;
  });
}

/** Whether a part of a path is a value: a number, a UUID, a hash, a date, a long token. */
function isValue(part: string): boolean {
  if (/^\d[\d._,:-]*$/.test(part) || UUID.test(part)) return true;
  if (part.length >= 8 && /^[0-9a-f]+$/i.test(part) && /\d/.test(part)) return true;
  if (part.length >= 20 && /\d/.test(part) && /^[\w~=+%-]+$/.test(part)) return true;
  return part.length > 60 || (part.match(/%[0-9a-f]{2}/gi)?.length ?? 0) >= 3;
}

/** Everything before the last name of a path that is at least two names deep. */
function folderOf(endpoint: string): string | undefined {
  const path = endpoint.endsWith("/") ? endpoint.slice(0, -1) : endpoint;
  const slash = path.lastIndexOf("/");
  return slash > path.indexOf("/") && !path.endsWith("*") ? path.slice(0, slash) : undefined;
}
