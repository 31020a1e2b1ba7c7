import { connect } from "node:net";
import { connectLines } from "./connect.ts";
import { httpLines } from "./http.ts";

// Takes the looks for which the runbook's steps ask python3, on a machine without it: really, from here, in the same form.
const env = process.env;
const database = { host: env["DB_HOST"] ?? "", port: Number(env["DB_PORT"]), user: env["DB_USER"] ?? "", name: env["DB_NAME"] ?? "" };
const looks: Readonly<Record<string, () => AsyncIterable<string> | Promise<string[]>>> = {
  "db-tcp": tcpLines,
  "db-connect": () => connectLines(database),
  "http-probe": async () => httpLines({ url: env["PROBE_URL"] ?? "", app: env["APP_ADDRESS"] ?? "" }),
};
const look = looks[env["GUMSHOE_STEP"] ?? ""];
if (look) for await (const line of await look()) console.log(line);
else process.exitCode = 127;

/** As `nc -vz` tells it. */
async function tcpLines(): Promise<string[]> {
  const { host, port } = database;
  const began = performance.now();
  return new Promise((resolve) => {
    const end = (said: string) => {
      socket.destroy();
      resolve([said, `real ${((performance.now() - began) / 1000).toFixed(3)}`]);
    };
    const socket = connect(port, host, () => end(`Connection to ${host} (${host}) ${port} port [tcp/postgresql] succeeded!`));
    socket.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      end(`nc: connect to ${host} port ${port} (tcp) failed: ${code === "ECONNREFUSED" ? "Connection refused" : message}`),
    );
  });
}
