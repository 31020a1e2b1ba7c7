import { type Fault, only } from "./fault.ts";

/** The mail relay takes 8 s a receipt while a sale brings more orders than two workers can tell it of. */
export const taskQueueBacklog: Fault = {
  name: "task-queue-backlog",
  holdS: 80,
  expected: only("task-queue-backlog"),
  induce: async ({ machine, parties, traffic }) => {
    const usual = parties.mailDelayMs;
    parties.mailDelayMs = 8000;
    const order = { email: "sale@mail.example", product: 7, quantity: 1 };
    const stop = traffic.add({ method: "POST", uri: () => "/api/orders/", body: order, everyS: 0.4 });
    return async () => {
      stop();
      parties.mailDelayMs = usual;
      await machine.sh("redis-cli DEL celery");
    };
  },
};
