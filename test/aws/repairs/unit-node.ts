import { CreateDocumentCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { ManagedNode } from "../../../lab/aws/world.ts";
import type { Clock } from "../../../lab/clock.ts";
import { REPAIR_SCRIPTS, repairDocument, repairDocumentName } from "../../../src/aws/repairs/documents.ts";
import { textOf } from "../../../src/aws/ssm/document.ts";
import { node } from "../account.ts";

/** A host's unit, and how often it was restarted. */
export type Unit = { restarts: number; begunAt: number; starts: boolean; loops: boolean };

/** A node with one unit, which the scripts of repairs look at and restart on the account's own clock. */
export function unitNode(name: string, clock: Clock, more: Partial<ManagedNode> = {}): { node: ManagedNode; unit: Unit } {
  const unit: Unit = { restarts: 0, begunAt: clock.now().getTime() - 3_600_000, starts: true, loops: false };
  let looks = 0;
  const bootedAt = clock.now().getTime() - 86_400_000;
  const show = (when: string): string => {
    const up = unit.restarts === 0 || unit.starts;
    const invocation = `${name}-${unit.restarts}${unit.loops && unit.restarts > 0 ? `-${looks++}` : ""}`;
    return [
      `Uptime=${(clock.now().getTime() - bootedAt) / 1000}`,
      "LoadState=loaded",
      `ActiveState=${up ? "active" : "failed"}`,
      `SubState=${up ? "running" : "failed"}`,
      `Result=${up ? "success" : "exit-code"}`,
      `InvocationID=${invocation}`,
      "NRestarts=0",
      `ActiveEnterTimestamp=${new Date(unit.begunAt).toISOString()}`,
      `ActiveEnterTimestampMonotonic=${(unit.begunAt - bootedAt) * 1000}`,
    ]
      .map((line) => `${when}.${line}\n`)
      .join("");
  };
  const run: ManagedNode["run"] = async ({ script, env }) => {
    if (env["SSM_unit"] !== "shop") return { exitCode: 69, stdout: "gumshoe:1 failed: another unit\n", stderr: "" };
    if (!script.includes("systemctl restart")) return { exitCode: 0, stdout: `gumshoe:1 begin\n${show("now")}gumshoe:1 end\n`, stderr: "" };
    const before = show("before");
    unit.restarts++;
    unit.begunAt = clock.now().getTime();
    const stdout = `gumshoe:1 begin\n${before}restart.exit=0\n${show("after")}gumshoe:1 end\n`;
    return { exitCode: unit.starts ? 0 : 1, stdout, stderr: "" };
  };
  return { node: node(name, { run, ...more }), unit };
}

/** Registers the documents of repairs, as an operator does. */
export async function registerRepairs(): Promise<void> {
  for (const id of REPAIR_SCRIPTS)
    await new SSMClient({}).send(
      new CreateDocumentCommand({
        Name: repairDocumentName(id),
        DocumentType: "Command",
        Content: textOf(repairDocument(id, "for a test")),
      }),
    );
}
