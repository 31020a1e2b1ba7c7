import { type Fault, only } from "./fault.ts";

/** A debug log has taken the host's whole disk: uploads fail, and so does the proxy's log. */
export const hostDiskFull: Fault = {
  name: "host-disk-full",
  holdS: 40,
  expected: only("host-disk-full"),
  induce: async ({ machine, traffic }) => {
    const stop = traffic.add({ method: "POST", uri: () => "/uploads/", body: { photo: "x".repeat(20_000) }, everyS: 3 });
    await machine.sh("fallocate -l $(df --output=avail -B1 / | tail -n 1) /var/log/debug.log; cat /dev/zero >>/var/log/debug.log || true");
    return () => {
      stop();
      return machine.sh("rm -f /var/log/debug.log /srv/shop/uploads/*");
    };
  },
};
