import { type Server, createServer } from "node:http";

/** The shop's carrier (127.0.0.3:9090) and mail relay (127.0.0.3:9091); each answers after its delay. */
export type ThirdParties = { carrierDelayMs: number; mailDelayMs: number; stop: () => void };

/** Starts both with the delays of an ordinary day. */
export function startThirdParties(): ThirdParties {
  const parties: ThirdParties = {
    carrierDelayMs: 40,
    mailDelayMs: 150,
    stop: () => servers.forEach((server) => server.close(() => undefined).closeAllConnections()),
  };
  const servers = [
    answering(9090, () => parties.carrierDelayMs, { price: 12 }),
    answering(9091, () => parties.mailDelayMs, { sent: true }),
  ];
  return parties;
}

function answering(port: number, delayMs: () => number, answer: unknown): Server {
  const server = createServer((_, response) => {
    setTimeout(() => response.setHeader("content-type", "application/json").end(JSON.stringify(answer)), delayMs());
  });
  return server.listen(port, "127.0.0.3");
}
