/**
 * A fetch that asks another endpoint in place of SNS's own, where one is configured (AWS_ENDPOINT_URL_SNS or AWS_ENDPOINT_URL, as the SDK has it).
 * Paths and queries stay; what the answer says is checked the same way.
 */
export function snsFetch(endpoint: string | undefined, fetch: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  if (endpoint === undefined || endpoint === "") return fetch;
  return async (address, options) => {
    const wanted = new URL(address instanceof Request ? address.url : address);
    if (!wanted.host.startsWith("sns.")) return fetch(wanted, options);
    return fetch(new URL(`${wanted.pathname}${wanted.search}`, endpoint), options);
  };
}
