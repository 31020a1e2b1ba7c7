import type { Proxy, ProxyConfig } from "./caddy-config.ts";

/** A configuration holds far fewer objects than this. */
const MOST_OBJECTS = 100_000;

type Fields = Readonly<Record<string, unknown>>;

/** Proxies and certificates of a JSON configuration (`/config/` of the admin API, `autosave.json`); `undefined` where it is cut, or no configuration. */
export function jsonProxies(text: string): ProxyConfig | undefined {
  const objects = objectsOf(parsed(text));
  if (!objects.some((one) => "apps" in one || "servers" in one || "handler" in one)) return undefined;
  const manualTls = objects.some(
    (one) => "load_files" in one || "load_pem" in one || "load_folders" in one || Array.isArray(one["issuers"]),
  );
  return { proxies: objects.filter((one) => one["handler"] === "reverse_proxy").map(proxyOf), manualTls, closed: true };
}

function proxyOf(handler: Fields): Proxy {
  const listed: unknown[] = Array.isArray(handler["upstreams"]) ? handler["upstreams"] : [];
  const upstreams = listed.flatMap((one) => (isFields(one) && typeof one["dial"] === "string" ? [one["dial"]] : []));
  const transport = handler["transport"];
  return { upstreams, tls: isFields(transport) && isFields(transport["tls"]) };
}

/** All objects in a value in the order written, found without recursion so that no depth is too deep. */
function objectsOf(value: unknown): Fields[] {
  const found: Fields[] = [];
  const open: unknown[] = [value];
  while (open.length > 0 && found.length < MOST_OBJECTS) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    if (isFields(next)) found.push(next);
    open.push(...Object.values(next).slice(0, 10_000).toReversed());
  }
  return found;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
