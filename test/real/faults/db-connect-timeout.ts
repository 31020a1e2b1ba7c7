import { run } from "../host/shell.ts";
import { type Fault, only } from "./fault.ts";

const RULE = ["INPUT", "--protocol", "tcp", "--destination", "127.0.0.2", "--dport", "5432", "--jump", "DROP"];

/** A firewall drops every packet to the database: nothing is refused, nothing answers. */
export const dbConnectTimeout: Fault = {
  name: "db-connect-timeout",
  holdS: 75,
  expected: only("db-connect-timeout"),
  induce: async () => {
    await run(["iptables", "--insert", ...RULE]);
    return () => run(["iptables", "--delete", ...RULE]);
  },
};
