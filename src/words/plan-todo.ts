/**
 * What keeps AWS from doing what it was asked for: a permission, its limit on calls, credentials, the account's limit, no room, the network, a role that it
 * needs, or something else.
 */
export type Unmade = "permission" | "throttled" | "credentials" | "quota" | "capacity" | "network" | "linked-role" | "other";

/** What people do about it, in one language: about what AWS refused, and about a status that a database does not leave by itself. */
export type TodoWords = { about: Readonly<Record<Unmade, string>>; status: Readonly<Record<BadStatus, string>> };

type BadStatus = "capacity" | "network" | "storage" | "parameters" | "other";

/** What kind of bad status it is (AWS, "Viewing DB instance status"). */
export function badStatusOf(status: string): BadStatus {
  if (status === "insufficient-capacity") return "capacity";
  if (status === "incompatible-network") return "network";
  if (status === "storage-full") return "storage";
  return /^incompatible-(?:parameters|option-group)$/.test(status) ? "parameters" : "other";
}

/** What to do about what AWS refused; a kind that another version has written down, and that this one does not know, is something else. */
export function todoAbout(kind: Unmade, { about }: TodoWords): string {
  return Object.hasOwn(about, kind) ? about[kind] : about.other;
}

/** A sentence with its full stop, so that another one can follow. */
export function ended(said: string): string {
  return said.replace(/\.*$/, ".");
}
