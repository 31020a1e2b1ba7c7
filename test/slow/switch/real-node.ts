import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ManagedNode, NodeResult } from "../../../lab/aws/world.ts";
import { virtualClock, type VirtualClock } from "../../../lab/clock.ts";
import { node } from "../../aws/account.ts";
import { makeHost, type Host } from "./host.ts";

/** The folder that all hosts have, for which each host's own stands. */
export const FOLDER = "/srv/shop";

/** What a host's environment file says before it is switched. */
export const OLD = "DEBUG=0\nDATABASE_URL=postgres://shop:s3cret@db-old.example:5432/shop\n";

/** What the copy's own program says on the host where it ran. */
const COPY = `case $1 in
status) printf 'state=done\\nusable=yes\\nfence=%s\\nfingerprint=f1\\nexit=0\\n' "$(cat "$GUMSHOE_COPY_BASE/fence")" ;;
prove) printf 'unchanged=yes\\nexit=0\\n' ;;
unfence) echo down >"$GUMSHOE_COPY_BASE/fence"; printf 'fence=down\\nexit=0\\n' ;;
esac
`;

/** Programs that run just now, of all nodes. */
const programs = new Set<Promise<NodeResult>>();

/** A clock that stands still while a program runs, however long a busy machine takes for it. */
export function patientClock(): VirtualClock {
  const clock = virtualClock(new Date());
  const advance = async (ms: number) => {
    while (programs.size > 0) await Promise.race(programs);
    await clock.advance(ms);
  };
  return { ...clock, advance };
}

async function ranIn(script: string, env: Record<string, string | undefined>): Promise<NodeResult> {
  const child = spawn("/bin/sh", ["-c", script], { env, stdio: ["ignore", "pipe", "pipe"] });
  const told = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (part: string) => (told.stdout += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (told.stderr += part));
  const [code] = (await once(child, "close")) as [number | null];
  return { exitCode: code ?? 137, ...told };
}

/** A node that runs the real program of a switch on a host of its own; its environment file is `file`. */
export function realNode(name: string, more: Partial<ManagedNode> = {}, file = "shop.env"): { host: Host; node: ManagedNode } {
  const host = makeHost();
  host.write(file, OLD);
  host.write("state/copy-move/program", COPY);
  host.write("state/fence", "proven\n");
  host.write("bin/units/web/more", `EnvironmentFiles=${host.at(file)} (ignore_errors=no)\n`);
  const { PATH, GUMSHOE_SWITCH_BASE, GUMSHOE_SWITCH_ROOT, GUMSHOE_SWITCH_PROC } = host.values;
  const own = { PATH, GUMSHOE_SWITCH_BASE, GUMSHOE_SWITCH_ROOT, GUMSHOE_SWITCH_PROC, SSM_stayS: "0", SSM_times: "1", SSM_waitS: "2" };
  const run: ManagedNode["run"] = async ({ script, env }) => {
    const SSM_files = (env["SSM_files"] ?? "").replaceAll(FOLDER, host.dir);
    const ended = ranIn(script, { ...own, ...env, SSM_files });
    programs.add(ended);
    const ran = await ended.finally(() => programs.delete(ended));
    return { ...ran, stdout: ran.stdout.replaceAll(host.dir, FOLDER) };
  };
  return { host, node: node(name, { run, ...more }) };
}
