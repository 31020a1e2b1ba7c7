import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSeen } from "../../../src/aws/repairs/read-switch.ts";
import { makeHost, postgresLike, type Host } from "./host.ts";

let host: Host;
const children: ChildProcess[] = [];
beforeEach(() => {
  host = makeHost();
  host.values["SSM_files"] = `${host.write("etc/shop/web.env", "DATABASE_URL=postgres://shop:s3cret@db-old.example/shop\n")}:DATABASE_URL`;
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(host.dir, { recursive: true, force: true });
});

const seen = () => readSeen(host.run("look")["stdout"] ?? "");

/** A process as /proc shows it, without being one. */
function shownProcess(pid: number, { env = "", cmdline = "x", unit = "" }: { env?: string; cmdline?: string; unit?: string }) {
  host.write(`proc/${pid}/environ`, `HOME=/\0${env}\0`);
  host.write(`proc/${pid}/cmdline`, cmdline.replaceAll(" ", "\0"));
  host.write(`proc/${pid}/comm`, "python3\n");
  host.write(`proc/${pid}/cgroup`, unit ? `0::/system.slice/${unit}\n` : "0::/user.slice\n");
}

test("units are found by the given file, by another file with the address, and by their own definition", () => {
  const other = host.write("etc/other.env", "DB=db-old.example\n");
  const quiet = host.write("etc/quiet.env", "DB=very-db-old.examples\n");
  for (const [unit, more] of Object.entries({
    web: `EnvironmentFiles=${host.at("etc/shop/web.env")} (ignore_errors=no)\nEnvironment=A=1`,
    beat: `EnvironmentFiles=${other} (ignore_errors=yes)`,
    etl: `Environment=DB=db-old.example\nExecStart={ path=/usr/bin/x ; argv[]=x }`,
    calm: `EnvironmentFiles=${quiet} (ignore_errors=no)`,
  })) {
    host.write(`bin/units/${unit}/state`, "active\n");
    host.write(`bin/units/${unit}/id`, "1\n");
    host.write(`bin/units/${unit}/more`, `${more}\n`);
  }
  expect(seen().units.map(({ name, uses, path }) => [name, uses, path])).toEqual([
    ["beat.service", "other", other],
    ["etl.service", "itself", undefined],
    ["web.service", "file", host.at("etc/shop/web.env")],
  ]);
  expect(seen().others).toEqual([other]);
});

test("processes are found by environment and command line, and told by their unit once", () => {
  shownProcess(10, { env: "DATABASE_URL=postgres://shop:s3cret@db-old.example/shop", unit: "web.service" });
  shownProcess(11, { env: "DATABASE_URL=postgres://shop:s3cret@db-old.example/shop", unit: "web.service" });
  shownProcess(12, { cmdline: "psql -h db-old.example" });
  shownProcess(13, { env: "SSM_old=db-old.example:5432" });
  shownProcess(14, { env: "DB=db-new.example" });
  expect(seen().processes).toEqual([
    { pid: "10", unit: "web.service", how: "environment", name: "python3" },
    { pid: "12", unit: "", how: "command", name: "python3" },
  ]);
  expect(host.run("look")["stdout"]).not.toContain("s3cret");
});

test("a real process is found by its environment, and by its open connection alone", async () => {
  const database = await postgresLike();
  rmSync(host.at("bin/ss"));
  host.write("bin/getent", "#!/bin/sh\necho '127.0.0.1 STREAM db-old.example'\n", 0o755);
  Object.assign(host.values, { GUMSHOE_SWITCH_PROC: "/proc", SSM_old: `db-old.example:${database.port}` });
  const byName = spawn("sleep", ["60"], { env: { PATH: "/usr/bin:/bin", URL: "postgres://a:b@db-old.example/x" } });
  const script = `const s = require("net").connect(${database.port}, "127.0.0.1", () => console.log("open"))`;
  const byConnection = spawn(process.execPath, ["-e", script], { env: {}, stdio: ["ignore", "pipe", "inherit"] });
  children.push(byName, byConnection);
  await once(byConnection.stdout, "data");
  const found = seen().processes.map(({ pid, how }) => [Number(pid), how]);
  expect(found).toContainEqual([byName.pid, "environment"]);
  expect(found).toContainEqual([byConnection.pid, "connection"]);
  database.close();
});

test("cron is told apart by whether it reads the given file or names the address itself", () => {
  host.write("etc/cron.d/report", `0 3 * * * root . ${host.at("etc/shop/web.env")} && report\n`);
  host.write("etc/cron.d/etl", "0 4 * * * root psql -h db-old.example\n");
  host.write("var/spool/cron/crontabs/shop", "0 4 * * * psql -h db-new.example\n");
  expect(seen().cron.map(({ uses, path }) => [path, uses])).toEqual([
    [host.at("etc/cron.d/etl"), "itself"],
    [host.at("etc/cron.d/report"), "file"],
  ]);
});

test("a name that only contains the old one is another name, and what is too much to tell is refused", () => {
  shownProcess(10, { env: "A=mydb-old.example" });
  expect(seen().processes).toEqual([]);
  for (let pid = 100; pid < 145; pid++) shownProcess(pid, { env: "A=db-old.example" });
  expect(host.run("look")["reason"]).toBe("there is more than can be told: 45 of process");
});
