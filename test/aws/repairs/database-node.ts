import type { ManagedNode } from "../../../lab/aws/world.ts";
import { blocker, table } from "../../remediation/actions/database-hosts.ts";
import { node } from "../account.ts";

/** A node whose database has one blocked row and one table without an index; it is what the program's orders make of it. */
export function databaseNode(name: string, more: Partial<ManagedNode> = {}) {
  const database = { ended: 0, started: 0, envs: [] as Record<string, string>[] };
  const says = (verb: string | undefined): Record<string, string> => {
    if (verb === "sessions") return database.ended > 0 ? { "session.count": "0", waiting: "0" } : blocker();
    if (verb === "session") return { there: database.ended > 0 ? "no" : "yes", waiting: "0" };
    if (verb === "end") database.ended++;
    if (verb === "end") return { ended: "yes", there: "no", waited: "7", still: "0" };
    if (verb === "table") return table();
    if (verb === "start") database.started++;
    return database.started > 0
      ? { state: "done", "index.is": "valid", "index.bytes": "1000000", building: "no" }
      : { state: "none", "index.is": "none", building: "no" };
  };
  const run: ManagedNode["run"] = async ({ env }) => {
    database.envs.push(Object.fromEntries(Object.entries(env).filter((each): each is [string, string] => each[1] !== undefined)));
    const lines = Object.entries(says(env["SSM_verb"])).map(([key, value]) => `${key}=${value}\n`);
    return { exitCode: 0, stdout: `gumshoe:1 begin\n${lines.join("")}result=done\nreason=\ngumshoe:1 end\n`, stderr: "" };
  };
  return { node: node(name, { run, ...more }), database, run };
}
