import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { registerRepairs } from "../../aws/repairs/unit-node.ts";
import { meanwhile } from "../../aws/account.ts";
import { shop } from "../faults/in-thread.ts";
import { postgresLike, type Host } from "./host.ts";
import { FOLDER, OLD, patientClock, realNode } from "./real-node.ts";

// What goes wrong on hosts while they are switched by the real program, and what the plan's message says then.

let database: Awaited<ReturnType<typeof postgresLike>>;
let health: Awaited<ReturnType<typeof healthOf>>;
beforeAll(async () => {
  database = await postgresLike();
});
afterAll(() => database.close());

const hosts: Host[] = [];
afterEach(() => {
  health.close();
  for (const { dir } of hosts.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A health page of its own process, since tests wait for programs: well while the file names the old database, and else as `afterwards` says. */
async function healthOf(file: string, afterwards: 200 | 503): Promise<{ url: string; close: () => void }> {
  const server = `const { createServer } = require("node:http"); const { readFileSync } = require("node:fs");
createServer((_, answer) => answer.writeHead(readFileSync(${JSON.stringify(file)}, "utf8").includes("db-old") ? 200 : ${afterwards}).end())
  .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ["-e", server], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve) => void child.stdout.once("data", (line: Buffer) => resolve(Number(line))));
  return { url: `http://127.0.0.1:${port}/health`, close: () => void child.kill() };
}

/** What the environment file is called, what the health page answers after the switch, and what is done to each host before. */
type Farm = { file?: string; afterwards?: 200 | 503; prepare?: (host: Host) => void };

/** Two hosts as they are said. */
async function farm({ file = "shop.env", afterwards = 200, prepare }: Farm = {}) {
  const made = ["web-1", "web-2"].map((name) => realNode(name, {}, file));
  hosts.push(...made.map(({ host }) => host));
  for (const { host } of made) prepare?.(host);
  health = await healthOf(made[1]!.host.at(file), afterwards);
  const allow = `switch-endpoint: { envFiles: [{ path: ${FOLDER}/${file}, key: DATABASE_URL }], units: [web, worker], health: "${health.url}", to: "127.0.0.1:${database.port}", copy: { id: move, host: web-1 } }`;
  const all = await shop({ nodes: made.map(({ node }) => node) }, { allow }, patientClock());
  await meanwhile(all.from.clock, registerRepairs());
  return { ...all, hosts: made.map(({ host }) => host) };
}

const allOld = (made: Awaited<ReturnType<typeof farm>>, file = "shop.env") => made.hosts.every((host) => host.text(file) === OLD);

test("health red after the switch: the thread says so, that all hosts are back on the old database, and that it is open", async () => {
  const made = await farm({ afterwards: 503 });
  const text = await made.repaired("switch-endpoint", {}, "prod");
  expect(text).toMatch(/^Failed at the step switch web-[12]\./m);
  expect(text).toMatch(
    /web-[12]: the health request does not go through after the switch \(0 of \d; last answer: 503\)\. All went back: web-1, web-2 use db-old\.example:5432 again, and it is open$/m,
  );
  expect(allOld(made)).toBe(true);
  expect(made.hosts[0]!.text("state/fence")).toBe("down\n");
  // No secret, no double mask, and nothing more is sent.
  expect(text).not.toMatch(/s3cret|redacted/);
  const sent = made.calls("SendCommand").length;
  await made.carriedOut();
  expect(made.calls("SendCommand")).toHaveLength(sent);
  expect(await made.told("ko")).toContain("모두 되돌아감: web-1, web-2이(가) 다시 db-old.example:5432을(를) 쓰고, 그곳은 열려 있음");
});

test("a health page that stays well: every host is switched, each once, and the lines read as people know them", async () => {
  const made = await farm();
  const text = await made.repaired("switch-endpoint", {}, "prod");
  expect(text).toContain(`The application uses 127.0.0.1:${database.port} on web-1, web-2, answers, and reaches it`);
  expect(text).toContain("Is it mended?");
  expect(text).not.toMatch(/s3cret|redacted/);
});

test("the disk is full on a host: nothing is switched, and the thread says on which host, why, and that all is as it was", async (context) => {
  const mounted: string[] = [];
  const small = (host: Host) => {
    rmSync(host.at("disk"), { recursive: true });
    mkdirSync(host.at("disk"));
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=40k", "tmpfs", host.at("disk")]).status === 0) mounted.push(host.at("disk"));
    host.write("disk/shop.env", OLD);
  };
  try {
    const made = await farm({ file: "disk/shop.env", prepare: small });
    if (mounted.length < 2) {
      console.error("SKIPPED: no small file system can be mounted here, so a full disk was not tried");
      return context.skip();
    }
    spawnSync("sh", ["-c", `cat /dev/zero >${made.hosts[1]!.at("disk/filler")}`]);
    const text = await made.repaired("switch-endpoint", {}, "prod");
    expect(text).toMatch(/^Failed at the step stage web-2\./m);
    expect(text).toMatch(/web-2: .*is the disk full\?.*\. All went back: web-1, web-2 use db-old\.example:5432 again/);
    expect(allOld(made, "disk/shop.env")).toBe(true);
  } finally {
    for (const disk of mounted) spawnSync("umount", [disk]);
  }
});

test("a permission that is taken away on the way: the hosts go back, and the thread says what lacks and what stands", async () => {
  const made = await farm();
  // The third order of the repair role is the first that switches; what leads back may be sent again.
  const orders = () => made.calls("SendCommand").filter(({ principal }) => principal?.includes("/gumshoe-repair/")).length;
  made.from.aws.world.allowed = ({ operation, principal }) =>
    !(operation === "SendCommand" && principal.includes("/gumshoe-repair/") && orders() === 3);
  const text = await made.repaired("switch-endpoint", {}, "prod");
  expect(text).toMatch(/^Failed at the step switch web-1\./m);
  expect(text).toMatch(
    /the role lacks ssm:SendCommand on \S+\. This step changed nothing\. Give the repair role this permission.*\. All went back: web-1, web-2 use/,
  );
  expect(allOld(made)).toBe(true);
});
