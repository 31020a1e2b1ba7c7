import { type Fault, only } from "./fault.ts";

const PAGES = "/srv/shop/catalog/pages.py";

/** New code looks a discount up without a default: one page fails for codes that do not exist. */
export const appException: Fault = {
  name: "app-exception",
  holdS: 40,
  expected: only("app-exception"),
  induce: async ({ machine, traffic }) => {
    await machine.sh(
      `cp -p ${PAGES} /root/pages.py && sed -i 's/DISCOUNTS.get(code, 0)/DISCOUNTS[code]/' ${PAGES} && systemctl reload gunicorn`,
    );
    const stop = traffic.add({ uri: () => "/checkout/?code=SPRING26", everyS: 2 });
    return () => {
      stop();
      return machine.sh(`cp /root/pages.py ${PAGES} && systemctl reload gunicorn`);
    };
  },
};
