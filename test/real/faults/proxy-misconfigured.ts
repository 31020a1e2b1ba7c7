import { type Fault, only } from "./fault.ts";

/** The proxy is told a port that nobody listens on; gunicorn is well. */
export const proxyMisconfigured: Fault = {
  name: "proxy-misconfigured",
  holdS: 30,
  expected: only("proxy-misconfigured"),
  induce: async ({ machine }) => {
    const point = (from: number, to: number) => machine.sh(`sed -i 's/:${from}/:${to}/' /etc/caddy/Caddyfile && systemctl reload caddy`);
    await point(8000, 8080);
    return () => point(8080, 8000);
  },
};
