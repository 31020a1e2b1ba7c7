import { once } from "node:events";
import { type Socket, createServer } from "node:net";
import { type Fault, only } from "./fault.ts";

/** Something accepts connections at the database's address and never says a word. */
export const dbHungListener: Fault = {
  name: "db-hung-listener",
  holdS: 75,
  expected: only("db-connect-timeout"),
  induce: async ({ database }) => {
    await database.stop();
    const sockets = new Set<Socket>();
    const listener = createServer((socket) => sockets.add(socket.on("error", () => undefined))).listen(5432, "127.0.0.2");
    await once(listener, "listening");
    return async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await database.start();
    };
  },
};
