import { request } from "node:http";

/** What the runbook's probe asks for: a page of the site, and where gunicorn listens; either may be empty. */
export type Site = { url: string; app: string };

const LIMIT_MS = 12_000;

/** Two requests through the proxy and one straight to gunicorn, side by side, each told as the runbook's probe tells it. */
export async function httpLines({ url, app }: Site): Promise<string[]> {
  const page = url === "" ? undefined : new URL(url);
  const path = page ? page.pathname + page.search : "/";
  const proxied = page ? [page.host, page.host] : [];
  const asked = [
    ...proxied.map(async (address) => {
      const { code, connectS, firstS, totalS, said } = await ask(address, path);
      return `${code} connect=${connectS} ttfb=${firstS} total=${totalS} ${path} ${said}`.trimEnd();
    }),
    ...(app === "" ? [] : [ask(app, path).then(({ code, totalS, said }) => `direct-gunicorn ${code} total=${totalS} ${said}`.trimEnd())]),
  ];
  return Promise.all(asked);
}

type Asked = { code: string; connectS: string; firstS: string; totalS: string; said: string };

async function ask(address: string, path: string): Promise<Asked> {
  const began = performance.now();
  const since = () => ((performance.now() - began) / 1000).toFixed(6);
  const asked: Asked = { code: "000", connectS: "0.000000", firstS: "0.000000", totalS: "0", said: "" };
  const [, host = "127.0.0.1", port = "80"] = /^(.*):(\d+)$/.exec(address) ?? [];
  return new Promise((resolve) => {
    const end = (said = "") => resolve({ ...asked, totalS: since(), said });
    const signal = AbortSignal.timeout(LIMIT_MS);
    const sent = request({ host, port, path, agent: false, signal, headers: { "user-agent": "gumshoe-probe" } }, (response) => {
      Object.assign(asked, { code: String(response.statusCode ?? 0).padStart(3, "0"), firstS: since() });
      response.on("error", () => end()).on("end", () => end());
      response.resume();
    });
    sent.once("socket", (socket) => socket.once("connect", () => (asked.connectS = since())));
    sent.on("error", (error: NodeJS.ErrnoException) => end(saidOf(error, signal.aborted, address, performance.now() - began)));
    sent.end();
  });
}

/** In curl's words, as the runbook's probe says it. */
function saidOf({ code, message }: NodeJS.ErrnoException, late: boolean, address: string, ms: number): string {
  if (late) return `Operation timed out after ${ms.toFixed(0)} milliseconds with 0 bytes received`;
  if (message.includes("socket hang up")) return "Empty reply from server";
  const why = code === "ECONNREFUSED" ? "Couldn't connect to server" : message;
  return `Failed to connect to ${address.replace(":", " port ")} after ${ms.toFixed(0)} ms: ${why}`;
}
