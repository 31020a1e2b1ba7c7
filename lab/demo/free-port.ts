import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** The wanted port of 127.0.0.1 where nobody has it, else (and for 0) any that is free. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(wanted, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  } catch (error) {
    if (wanted === 0) throw error;
    return await freePort(0);
  } finally {
    server.close();
  }
}
