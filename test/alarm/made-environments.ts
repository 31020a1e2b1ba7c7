import { readConfig, type Environment } from "../../src/config/config.ts";

/** Environments as a configuration says them: each text holds what is beside hosts, caddy and database, one key a line. */
export function madeEnvironments(of: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, Environment> {
  const usual = ["hosts: [local]", "caddy: { accessLog: /var/log/caddy/access.log }", "database: { host: db.internal }", 'channel: "#ops"'];
  const lines = Object.entries(of).flatMap(([name, own]) => [
    `  ${name}:`,
    ...[
      ...usual.filter((line) => !own.some((one) => one.split(":")[0] === line.split(":")[0])),
      ...own.filter((one) => one !== "channel:"),
    ].map((line) => `    ${line}`),
  ]);
  return readConfig("gumshoe.yml", ["environments:", ...lines, ""].join("\n")).environments;
}
