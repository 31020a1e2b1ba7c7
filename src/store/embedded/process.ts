import { readFile } from "node:fs/promises";

/** Whether a process runs (one that ended and is not yet waited for does not), and is PostgreSQL. */
export async function isPostgres(pid: number): Promise<boolean> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "latin1");
    // The name stands in brackets and may hold anything; the state follows.
    const [name, state] = [text.slice(text.indexOf("(") + 1, text.lastIndexOf(")")), text.charAt(text.lastIndexOf(")") + 2)];
    return name === "postgres" && state !== "Z";
  } catch {
    return false;
  }
}
