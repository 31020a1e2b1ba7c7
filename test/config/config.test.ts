import { describe, expect, test } from "vitest";
import { loadConfig, readConfig } from "../../src/config/config.ts";
import { ConfigError } from "../../src/config/yaml-file.ts";

const good = `environments:
  prod:
    hosts: [local]
    caddy: { accessLog: /var/log/caddy/access.log }
    database: { host: db.shop.internal }
`;

function faultsOf(text: string): string[] {
  try {
    readConfig("gumshoe.yml", text);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
}

test("a short configuration is enough, and the rest is what most people have", () => {
  const prod = readConfig("/etc/gumshoe/gumshoe.yml", `${good}    metrics: { files: metrics }\n`).environments.get("prod");
  expect(prod).toMatchObject({
    timezone: "UTC",
    caddy: { unit: "caddy" },
    gunicorn: { unit: "gunicorn" },
    database: { port: 5432 },
    metrics: { files: "/etc/gumshoe/metrics" },
    runbook: "web-errors",
  });
});

describe("what proves a repair", () => {
  const withProof = (proof: string) => `${good}    actions: { approvers: [U0ALEX], ${proof}allow: { snapshot-database: {} } }\n`;
  test("is what most people have, or what is set", () => {
    const proofOf = (text: string) => readConfig("gumshoe.yml", text).environments.get("prod")?.actions?.proof;
    expect(proofOf(withProof(""))).toEqual({
      goodMinutes: 10,
      withinMinutes: 30,
      queueBelow: 0.5,
      connectBelowMs: 1_000,
      failuresBelow: 0.01,
    });
    expect(proofOf(withProof("proof: { goodMinutes: 1, queueBelow: 2 }, "))).toMatchObject({ goodMinutes: 1, queueBelow: 2 });
  });
  test("needs a time that can be kept", () => {
    expect(faultsOf(withProof("proof: { goodMinutes: 0 }, ")).join()).toContain("goodMinutes");
    expect(faultsOf(withProof("proof: { goodMinutes: 241, withinMinutes: 300 }, ")).join()).toContain("240");
    expect(faultsOf(withProof("proof: { goodMinutes: 40 }, ")).join()).toContain("withinMinutes must not be less than goodMinutes");
  });
});

describe("how a database is copied", () => {
  const login = "{ envFile: /etc/a.env, key: URL }";
  const copying = (copy: string, allow = "rehearse-copy: {}") =>
    `${good}    actions: { approvers: [U0ALEX], ${copy}allow: { ${allow} } }\n`;
  const both = `host: web-1, administrator: ${login}, application: ${login}`;
  test("is said once, for rehearsing and for moving, which takes two people", () => {
    const move = "move-database: { envFiles: [{ path: /etc/a.env, key: URL }], units: [web], health: 'http://127.0.0.1/' }";
    const { actions } = readConfig("gumshoe.yml", copying(`copy: { ${both} }, `, move)).environments.get("prod")!;
    expect(actions?.allow["move-database"]).toMatchObject({ approvals: 2, units: ["web"] });
    expect(actions?.copy).toMatchObject({ host: "web-1", administrator: { envFile: "/etc/a.env", key: "URL" } });
  });
  test("needs no administrator where the application is its own", () => {
    const { actions } = readConfig(
      "gumshoe.yml",
      copying(`copy: { host: web-1, reader: ${login}, application: ${login} }, `),
    ).environments.get("prod")!;
    expect(actions?.copy).toEqual({
      host: "web-1",
      reader: { envFile: "/etc/a.env", key: "URL" },
      application: { envFile: "/etc/a.env", key: "URL" },
    });
  });
  test("must be said where it is needed, with a reader for a database from a snapshot", () => {
    expect(faultsOf(copying("")).join()).toContain("rehearse-copy and move-database need it");
    expect(faultsOf(copying(`copy: { ${both} }, `)).join()).toContain("rehearse-copy needs `reader`");
    expect(faultsOf(copying(`copy: { ${both}, reader: { envFile: a.env, key: URL } }, `)).join()).toContain(
      "the full path of an environment file",
    );
  });
});

describe("what is wrong is said with its place and what to write instead", () => {
  const cases: [what: string, text: string, fault: string][] = [
    ["a misspelt key", good.replace("database:", "databse:"), "gumshoe.yml:5:5: `databse` is not a key here"],
    [
      "a host that is neither this one nor one of SSM",
      good.replace("[local]", "[web-1]"),
      "write `[local]`, SSM's ids such as [mi-0123456789abcdef0]",
    ],
    ["the same host twice", good.replace("[local]", "[local, local]"), "name each host once"],
    ["no host at all", good.replace("[local]", "[]"), "name at least one host: `[local]`"],
    ["a log path that depends on where one stands", good.replace("/var/log", "log"), "the full path of Caddy's access log"],
    ["a zone that is none", `${good}    timezone: Seoul\n`, "an IANA time zone, such as UTC or Asia/Seoul"],
    ["a password in the file", `${good}    celery: { redis: "redis://x" }\n`, "host:port, such as 127.0.0.1:8000"],
    [
      "a database address where the name of a variable belongs",
      good.replace("host: db.shop.internal", "host: a, monitorUrlFrom: 'postgres://u:p@h/d'"),
      "never the address itself",
    ],
    ["a port that is none", good.replace("host: db.shop.internal", "host: a, port: 543210"), "`environments.prod.database.port`"],
    ["no environment", "environments: {}\n", "name at least one environment, such as `prod:`"],
    ["an empty file", "", "`environments`"],
    ["a list where a map belongs", "- prod\n", "gumshoe.yml:1:1"],
    ["broken YAML", "environments: [\n", "gumshoe.yml:2:1"],
  ];
  for (const [what, text, fault] of cases) {
    test(what, () => {
      expect(faultsOf(text).join("\n")).toContain(fault);
    });
  }

  test("every fault at once", () => {
    const text = good.replace("[local]", "[]").replace("/var/log", "log").replace("database:", "databse:");
    expect(faultsOf(text)).toHaveLength(4);
  });

  test("a file that is not there", async () => {
    await expect(loadConfig("/nowhere/gumshoe.yml")).rejects.toThrow("there is no such file; write one");
  });
});
