import { type Fault, only } from "./fault.ts";

/** The database's name is no longer known, and no resolver answers. */
export const dnsFailure: Fault = {
  name: "dns-failure",
  holdS: 40,
  expected: only("dns-failure"),
  induce: async ({ machine }) => {
    await machine.sh("cp -p /etc/hosts /root/hosts && sed -i '/db.shop.internal/d' /etc/hosts");
    return () => machine.sh("cp /root/hosts /etc/hosts");
  },
};
