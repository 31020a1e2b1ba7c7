import { limitUnitMemory } from "../host/cgroups.ts";
import { type Fault, only } from "./fault.ts";

/** gunicorn may use 320 MB and someone exports the whole catalogue, which is built in memory. */
export const appOom: Fault = {
  name: "app-oom",
  holdS: 45,
  expected: only("app-oom"),
  induce: async ({ machine, traffic }) => {
    limitUnitMemory(machine.cgroupPath, "gunicorn", 320 * 1024 * 1024);
    const stop = traffic.add({ uri: () => "/reports/export/?rows=180000", everyS: 6 });
    return async () => {
      stop();
      await machine.sh("systemctl stop gunicorn");
      limitUnitMemory(machine.cgroupPath, "gunicorn", "none");
      await machine.sh("systemctl start gunicorn");
    };
  },
};
