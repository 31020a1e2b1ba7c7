import { type Fault, only } from "./fault.ts";

/** New code imports what is not installed, and gunicorn is restarted with it. */
export const badDeploy: Fault = {
  name: "bad-deploy",
  holdS: 30,
  expected: only("bad-deploy"),
  induce: async ({ machine }) => {
    await machine.sh("cd /srv/shop/shop && cp -p urls.py /root/urls.py && sed -i '3i import stripe_payments' urls.py");
    await machine.sh("systemctl restart gunicorn || true");
    return () => machine.sh("cp /root/urls.py /srv/shop/shop/urls.py && systemctl reset-failed && systemctl restart gunicorn");
  },
};
