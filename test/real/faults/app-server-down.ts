import { type Fault, only } from "./fault.ts";

/** gunicorn is stopped. */
export const appServerDown: Fault = {
  name: "app-server-down",
  holdS: 30,
  expected: only("app-server-down"),
  induce: async ({ machine }) => {
    await machine.sh("systemctl stop gunicorn");
    return () => machine.sh("systemctl start gunicorn");
  },
};
