import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { makeHost, postgresLike, type Host } from "./host.ts";

const OLD = 'A=1\nDB_HOST="db-old.example"\nDB_PASSWORD=s3cret\n';
const NEW = OLD.replace("db-old.example", "127.0.0.1");
const PORTS = "DB_PORT=5432\nDB_HOST=db-old.example\n";

let database: Awaited<ReturnType<typeof postgresLike>>;
beforeAll(async () => {
  database = await postgresLike();
});
afterAll(() => database.close());

let host: Host;
beforeEach(() => {
  host = makeHost();
  const files = [host.write("web.env", OLD, 0o640), host.write("worker.env", PORTS, 0o600)];
  Object.assign(host.values, { SSM_files: `${files[0]}:DB_HOST ${files[1]}:DB_HOST,DB_PORT`, SSM_new: `127.0.0.1:${database.port}` });
});
afterEach(() => rmSync(host.dir, { recursive: true, force: true }));

const both = () => [host.text("web.env"), host.text("worker.env")];
const isNew = () => [NEW, `DB_PORT=${database.port}\nDB_HOST=127.0.0.1\n`];
const isOld = () => [OLD, PORTS];

test("staging lays whole files beside the old ones with their owner and mode, activates nothing, and can be repeated", () => {
  const planned = host.plan();
  for (let times = 0; times < 2; times++) {
    const said = host.run("stage");
    expect(said).toMatchObject({ result: "done", phase: "staged", "file.1.is": "old", "file.1.new": "new", "file.1.backup": "old" });
  }
  expect(both()).toEqual(isOld());
  expect(host.calls()).toEqual([]);
  expect(planned).toMatchObject({ "file.1.mode": "640", "file.2.mode": "600", "line.count": "3" });
  for (const of of ["new", "old"]) expect(statSync(host.at(`.web.env.gumshoe-p1.${of}`)).mode & 0o777).toBe(0o640);
});

test("switching renames, restarts in the given order, and looks at the new database; going back restores each byte", () => {
  host.plan();
  host.run("stage");
  expect(host.run("switch")).toMatchObject({ result: "done", phase: "switched", connect: "startup", "unit.2.state": "active" });
  expect(both()).toEqual(isNew());
  expect(host.calls()).toEqual(["web", "worker"]);
  expect(host.run("switch")).toMatchObject({ result: "done", phase: "switched" });
  expect(host.calls()).toEqual(["web", "worker"]);
  for (let times = 0; times < 2; times++) {
    expect(host.run("back")).toMatchObject({ result: "done", phase: "back", "file.1.is": "old", "file.2.is": "old" });
    expect(both()).toEqual(isOld());
    expect(host.calls()).toEqual(["web", "worker", "web", "worker"]);
  }
  expect(statSync(host.at("web.env")).mode & 0o777).toBe(0o640);
  expect(host.run("stage")["reason"]).toContain("this plan is back on this host already");
  expect(host.run("clean")["result"]).toBe("done");
  expect(readdirSync(host.dir).filter((name) => name.includes("gumshoe"))).toEqual([]);
});

test("what was staged and never switched goes back without a restart", () => {
  host.plan();
  host.run("stage");
  expect(host.run("back")).toMatchObject({ result: "done", phase: "back" });
  expect(host.calls()).toEqual([]);
  expect(host.run("switch")).toMatchObject({ result: "refused", reason: "this plan is back on this host" });
});

test("a host on which nothing was staged switches nothing, and has nothing to undo", () => {
  host.plan();
  expect(host.run("switch")).toMatchObject({ result: "refused", reason: "this plan is not staged on this host" });
  expect(host.run("back")).toMatchObject({ result: "done" });
  expect(both()).toEqual(isOld());
});

test("a file that somebody else changes is refused before, between and after, and never overwritten", () => {
  host.plan();
  const theirs = `${OLD}MORE=1\n`;
  const change = () => writeFileSync(host.at("web.env"), theirs);
  change();
  expect(host.run("stage")["reason"]).toContain("is not as the plan saw it");
  writeFileSync(host.at("web.env"), OLD);
  host.run("stage");
  change();
  expect(host.run("switch")).toMatchObject({ result: "refused", reason: expect.stringContaining("changed by somebody else") as string });
  writeFileSync(host.at("web.env"), OLD);
  expect(host.run("switch")["result"]).toBe("done");
  change();
  expect(host.run("back")).toMatchObject({ result: "refused", reason: expect.stringContaining("changed by somebody else") as string });
  expect([host.text("web.env"), host.text("worker.env")]).toEqual([theirs, isNew()[1]]);
  expect(host.run("status")).toMatchObject({ "file.1.is": "other", "file.2.is": "new", phase: "switched" });
});

test("a staged file or a backup that was tampered with is not used", () => {
  host.plan();
  host.run("stage");
  writeFileSync(host.at(".web.env.gumshoe-p1.new"), "EVIL=1\n");
  expect(host.run("switch")["reason"]).toContain("is not staged");
  host.run("stage");
  host.run("switch");
  writeFileSync(host.at(".web.env.gumshoe-p1.old"), "EVIL=1\n");
  expect(host.run("back")["reason"]).toContain("has no whole backup");
  expect(both()).toEqual(isNew());
});

test("nothing is renamed where no PostgreSQL server answers at the new address", () => {
  host.values["SSM_new"] = "127.0.0.1:1";
  host.plan();
  host.run("stage");
  expect(host.run("switch")).toMatchObject({ result: "failed", reason: "no PostgreSQL server answers at 127.0.0.1:1 from here" });
  expect(both()).toEqual(isOld());
  expect(host.calls()).toEqual([]);
});

test("a unit that does not start, one that does not stay up, and a health request that fails are each told, and can be undone", () => {
  host.plan();
  host.run("stage");
  host.write("bin/units/worker/fails", "");
  expect(host.run("switch")).toMatchObject({ result: "failed", reason: "worker does not run after its restart: failed", status: "1" });
  // Behind a fence it may stay down; what counts is that nothing runs that knows the new address.
  expect(host.run("back")).toMatchObject({ result: "done", phase: "back", "unit.2.state": "failed" });
  rmSync(host.at("bin/units/worker/fails"));
  expect(host.run("wake")).toMatchObject({ result: "done", "unit.2.state": "active" });
  host.values["SSM_plan"] = "p2";
  host.run("stage");
  host.write("bin/units/web/dies", "2");
  expect(host.run("switch")["reason"]).toMatch(/^web does not stay up/);
  host.run("back");
  rmSync(host.at("bin/units/web/dies"));
  Object.assign(host.values, { SSM_plan: "p3", SSM_health: "http://127.0.0.1:1/health" });
  host.run("stage");
  expect(host.run("switch")["reason"]).toContain("health request does not go through");
  expect(host.run("back")["result"]).toBe("done");
  expect(both()).toEqual(isOld());
});

test("a unit that this host does not have, and one that is switched off here, are not begun", () => {
  host.values["SSM_units"] = "web beat elsewhere worker";
  host.write("bin/units/beat/state", "inactive\n");
  host.write("bin/units/beat/enabled", "disabled\n");
  host.write("bin/units/beat/id", "1\n");
  host.plan();
  host.run("stage");
  expect(host.run("switch")["result"]).toBe("done");
  expect(host.run("back")["result"]).toBe("done");
  expect(host.calls()).toEqual(["web", "worker", "web", "worker"]);
});

test("a health request that goes through each time is counted", async () => {
  let asked = 0;
  const server = createServer((_request, response) => void (asked++, response.end("ok")));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  host.values["SSM_health"] = `http://127.0.0.1:${port}/`;
  host.plan();
  host.run("stage");
  const child = host.begin("switch");
  await child.ended;
  server.close();
  expect([asked, host.run("status")["phase"]]).toEqual([2, "switched"]);
});

test("an application that answers with an error of its own is not let go on for as long as one that has not begun may take", async () => {
  let asked = 0;
  const server = createServer((_request, response) => void (asked++, response.writeHead(asked < 3 ? 502 : 500).end()));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  Object.assign(host.values, { SSM_health: `http://127.0.0.1:${port}/`, SSM_waitS: "60" });
  host.plan();
  host.run("stage");
  await host.begin("switch").ended;
  server.close();
  expect([asked, host.run("status")["phase"]]).toEqual([12, "switching"]);
  // What it wrote meanwhile cannot be counted without its login in a URL; that is said.
  expect(host.run("back")).toMatchObject({ phase: "back", written: "unseen" });
  expect(host.run("back")).toMatchObject({ phase: "back", written: "unseen" });
});

test("killed at any moment, each file is whole, status tells which, and the same verb or the way back ends it", async () => {
  const one = host;
  one.plan();
  for (const verb of ["stage", "switch", "back"] as const)
    for (const afterMs of [40, 120, 300, 700]) {
      one.values["SSM_plan"] = `${verb}${afterMs}`;
      if (verb !== "stage") one.run("stage");
      if (verb === "back") one.run("switch");
      const child = one.begin(verb);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      try {
        child.kill();
      } catch {
        // It has ended before.
      }
      await child.ended;
      const at = both();
      const states = at.map((text, n) => (text === isOld()[n] ? "old" : text === isNew()[n] ? "new" : "torn"));
      expect(states, `${verb} killed after ${afterMs} ms`).not.toContain("torn");
      const status = one.run("status");
      expect([status["file.1.is"], status["file.2.is"]]).toEqual(states);
      if (afterMs < 200 && verb !== "back") expect(one.run(verb)["result"]).toBe("done");
      expect(one.run("back"), `${verb} killed after ${afterMs} ms`).toMatchObject({ result: "done" });
      expect(both()).toEqual(isOld());
      one.run("clean");
    }
});

test("two at once do not get into each other's way", async () => {
  host.plan();
  host.run("stage");
  await Promise.all([host.begin("switch").ended, host.begin("switch").ended]);
  expect(host.calls()).toEqual(["web", "worker"]);
  expect(host.run("status")["phase"]).toBe("switched");
});

test("a full disk leaves everything as it was, and says so", (context) => {
  const disk = host.at("disk");
  mkdirSync(disk);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=40k", "tmpfs", disk]).status !== 0) {
    console.error("SKIPPED: no small file system can be mounted here, so a full disk was not tried");
    return context.skip();
  }
  try {
    const text = `${OLD}#${"x".repeat(5_000)}\n`;
    const file = host.write("disk/web.env", text);
    host.values["SSM_files"] = `${file}:DB_HOST`;
    host.plan();
    spawnSync("sh", ["-c", `cat /dev/zero >${disk}/filler`]);
    expect(host.run("stage")["reason"]).toContain("is the disk full?");
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(readdirSync(disk).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    rmSync(`${disk}/filler`);
    expect(host.run("stage")["result"]).toBe("done");
    spawnSync("sh", ["-c", `cat /dev/zero >${disk}/filler`]);
    // A rename needs no room: neither the switch nor the way back does.
    expect(host.run("switch")["result"]).toBe("done");
    expect(host.run("back")["result"]).toBe("done");
    expect(readFileSync(file, "utf8")).toBe(text);
  } finally {
    spawnSync("umount", [disk]);
  }
});

test("a link stays a link to the file that changes, and a file with two names is refused", () => {
  symlinkSync(host.at("web.env"), host.at("link.env"));
  host.values["SSM_files"] = `${host.at("link.env")}:DB_HOST`;
  host.plan();
  host.run("stage");
  host.run("switch");
  expect(lstatSync(host.at("link.env")).isSymbolicLink()).toBe(true);
  expect(host.text("web.env")).toBe(NEW);
  spawnSync("ln", [host.at("worker.env"), host.at("second.env")]);
  host.values["SSM_files"] = `${host.at("worker.env")}:DB_HOST`;
  expect(host.run("look")["reason"]).toContain("more than one name");
});

test("neither a password nor a value that a shell would look into gets anywhere", () => {
  host.plan();
  for (const verb of ["look", "stage", "switch", "status", "back"]) expect(host.run(verb)["stdout"]).not.toContain("s3cret");
  for (const evil of ["$(touch ran)", "a;b", "-x /etc/a:K", "/a'b:K"])
    expect(host.run("look", { SSM_files: evil })["failed"]).toMatch(/^a file is/);
  expect(host.run("look", { SSM_units: "-f web" })["failed"]).toMatch(/^a unit is/);
  expect(host.run("look", { SSM_old: "a b:1" })["failed"]).toMatch(/^an address is/);
  expect(host.run("stage", { SSM_sums: "" })["failed"]).toMatch(/checksums/);
  expect(host.run("look", { SSM_verb: "" })["failed"]).toMatch(/SSM Agent is too old/);
  expect(existsSync(host.at("ran"))).toBe(false);
});
