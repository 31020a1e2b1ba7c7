import { spawnSync } from "node:child_process";

/** Who runs PostgreSQL, which refuses root: words before its own, user and group for `spawn`. */
export type Unprivileged = { before: readonly string[]; ids: { uid?: number; gid?: number } };

/** "nobody" on Linux; nothing else belongs to it. */
export const NOBODY = 65_534;

/**
 * A user who is not root: that user. For root: "nobody" in a user namespace, where root's own files stay readable and nothing changes hands. Where
 * namespaces are forbidden (Docker): "nobody" itself, who owns what it shall write, and may not pass through folders that are root's alone.
 */
export function unprivileged(): Unprivileged {
  if (process.getuid?.() !== 0) return { before: [], ids: {} };
  const before = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  if (spawnSync("unshare", [...before.slice(1), "true"], { stdio: "ignore" }).status === 0) return { before, ids: {} };
  return { before: [], ids: { uid: NOBODY, gid: NOBODY } };
}
