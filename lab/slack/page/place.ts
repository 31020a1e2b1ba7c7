/** Where the page stands: who looks, at which channel (by name or id) or at the app's Home, with which thread beside it. */
export type Place = { user?: string | undefined; channel?: string | undefined; home: boolean; thread?: string | undefined };

/** Read a place from the page's address: `?user=U0MINA&channel=prod&thread=1700000000.000001`, or `?view=home`. */
export function placeOf(search: string): Place {
  const asked = new URLSearchParams(search);
  const [user, channel, thread] = [asked.get("user"), asked.get("channel"), asked.get("thread")];
  return { home: asked.get("view") === "home", ...(user ? { user } : {}), ...(channel ? { channel } : {}), ...(thread ? { thread } : {}) };
}

/** The address of a place. */
export function searchOf({ user, channel, home, thread }: Place): string {
  const told = new URLSearchParams();
  if (user) told.set("user", user);
  if (home) told.set("view", "home");
  else if (channel) told.set("channel", channel);
  if (thread && !home) told.set("thread", thread);
  return `?${told}`;
}

/** What the composer is filled with at first: `?draft=/diagnose%20prod`. */
export function draftOf(search: string): string {
  return new URLSearchParams(search).get("draft") ?? "";
}
