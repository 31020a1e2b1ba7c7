import type { Act, Acted } from "../page-acts.ts";
import type { PageState } from "../page-state.ts";

/** The first wait before a lost connection is tried again; each further one is longer, to 5 s. */
const RETRY_MS = 500;

/** What a person sees now; without a name, the first person of the workspace. */
export async function fetchState(user: string | undefined): Promise<PageState> {
  const response = await fetch(user === undefined ? "/page/state" : `/page/state?user=${encodeURIComponent(user)}`);
  if (response.status === 404 && user !== undefined) return fetchState(undefined);
  if (!response.ok) throw new Error(`the lab answered ${response.status}`);
  return (await response.json()) as PageState;
}

/** Do something as a person. Never rejects: a lost lab is an answer too. */
export async function postAct(act: Act): Promise<Acted> {
  try {
    const response = await fetch("/page/act", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(act),
    });
    return (await response.json()) as Acted;
  } catch {
    return { refused: "The lab does not answer. Is it still running?" };
  }
}

/** Hear whenever something changed, and whether the lab can be heard at all; connects again by itself. */
export function listen({ onChange, onHeard }: { onChange: () => void; onHeard: (heard: boolean) => void }): void {
  let waitMs = RETRY_MS;
  const connect = () => {
    const source = new EventSource("/page/live");
    source.addEventListener("open", () => {
      waitMs = RETRY_MS;
      onHeard(true);
    });
    source.addEventListener("changed", onChange);
    source.addEventListener("error", () => {
      source.close();
      onHeard(false);
      setTimeout(connect, waitMs);
      waitMs = Math.min(5000, waitMs * 2);
    });
  };
  connect();
}
