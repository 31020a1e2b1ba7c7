import type { CopyDatabase, CopyWish } from "../../../src/remediation/actions/copy/host.ts";
import type { HostEnd } from "../../../src/remediation/actions/switch/host.ts";
import { reason } from "../../../src/words/because.ts";
import { ordersIn, type farm } from "./switch-hosts.ts";

export const SECRET = "arn:aws:secretsmanager:eu-north-1:111122223333:secret:rds!db-1-AbCdEf";

/** How a copy stands on its host, and how often one was begun. */
type Copy = { state: "" | "running" | "done" | "failed" | "stopped"; never: boolean; begun: number; looks: number; awake: boolean };

/**
 * The program of a copy on `web-1`, with its own rules: begun once, never after it was stopped, and the fence stays until it is taken down. `fails` says that
 * it does not come to its end; `awake` that a unit ran when it closed the old database; `wishes` what it was told.
 */
export function copier({ world }: ReturnType<typeof farm>, more: { fails?: boolean; check?: HostEnd; looks?: number } = {}) {
  const copy: Copy = { state: "", never: false, begun: 0, looks: 0, awake: false };
  const wishes: CopyWish[] = [];
  world.fenced = false;
  const says = (): HostEnd => ({
    result: "done",
    says: {
      state: copy.state,
      mode: wishes.at(-1)?.mode ?? "",
      phase: "data",
      elapsed_s: String(copy.looks * 60),
      expected_s: "240",
      usable: copy.state === "done" ? "yes" : "no",
      fence: world.fenced ? "proven" : "",
      fingerprint: "f1",
      reason: copy.state === "failed" ? "table orders differs" : "",
    },
  });
  const act = (_name: string, verb: string): HostEnd => {
    world.deeds.push(`${verb} copy`);
    const fault = world.faults.get(`${verb} copy`);
    if (fault === "fails-once") {
      world.faults.delete(`${verb} copy`);
      return { result: "failed", because: `${verb} went wrong` };
    }
    if (fault === "fails" && verb !== "start") return { result: "failed", because: `${verb} went wrong` };
    if (verb === "start" && copy.state === "") {
      if (copy.never) return { result: "failed", because: "this copy was stopped before it began" };
      copy.begun++;
      copy.awake = world.hosts.some(({ asleep }) => !asleep);
      copy.state = "running";
      if (wishes.at(-1)?.mode === "copy") world.fenced = true;
      // The worst of what it may leave: a fence, and no answer that says so.
      if (fault === "fails") return { result: "failed", because: "start went wrong" };
    }
    if (verb === "stop") [copy.never, copy.state] = [true, copy.state === "running" ? "stopped" : copy.state];
    if (verb === "unfence") {
      if (copy.state === "running") return { result: "failed", because: "the copy still runs: stop it first" };
      world.fenced = false;
    }
    return says();
  };
  const orders = ordersIn(world, () => "copy", act);
  const copying = (wish: CopyWish): CopyDatabase => {
    wishes.push(wish);
    return {
      ...orders,
      look: async () =>
        world.hosts[0]?.offline ? { host: "web-1", unreachable: reason("hostOffline") } : { host: "web-1", node: "mi-web-1" },
      values: Object.fromEntries(Object.entries({ ...wish, target: wish.target.address }).map(([name, value]) => [name, String(value)])),
      check: async () => more.check ?? { result: "done", says: {} },
      document: async () => ({ name: "Gumshoe-Repair-copy-database", version: "1" }),
      ask: async () => {
        if (world.hosts[0]?.offline) return { unreachable: reason("hostOffline") };
        if (copy.state === "") return { result: "failed", because: "there is no copy" };
        if (copy.state === "running" && ++copy.looks >= (more.looks ?? 3)) copy.state = more.fails ? "failed" : "done";
        return says();
      },
    };
  };
  return { copy, wishes, copying };
}
