import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  badRepairValue,
  REPAIR_SCRIPTS,
  repairDocument,
  repairDocumentName,
  type RepairScript,
} from "../../../src/aws/repairs/documents.ts";
import { readUnit } from "../../../src/aws/repairs/read-unit.ts";
import { textOf } from "../../../src/aws/ssm/document.ts";

/** A folder with a `systemctl` that keeps one unit's state in files, and notes how it is called. */
function host({ starts = true, loaded = "loaded" } = {}): string {
  const dir = mkdtempSync(join(tmpdir(), "gumshoe-unit-"));
  writeFileSync(join(dir, "state"), "active");
  writeFileSync(join(dir, "id"), "1");
  writeFileSync(
    join(dir, "systemctl"),
    `#!/bin/sh
echo "$*" >>${dir}/calls
state=$(cat ${dir}/state) id=$(cat ${dir}/id)
case "$1 $4" in
"restart "*) echo ${starts ? "active" : "failed"} >${dir}/state; echo $((id + 1)) >${dir}/id; ${starts ? "exit 0" : "exit 1"} ;;
"show --value") echo "$state" ;;
*) printf 'LoadState=${loaded}\\nActiveState=%s\\nSubState=running\\nResult=exit-code\\nInvocationID=%s\\nNRestarts=0\\nActiveEnterTimestamp=Mon\\nActiveEnterTimestampMonotonic=1000000\\n' "$state" "$id" ;;
esac
`,
  );
  chmodSync(join(dir, "systemctl"), 0o755);
  return dir;
}

function run(id: RepairScript, dir: string, env: Record<string, string>) {
  const script = repairDocument(id).mainSteps[0].inputs.runCommand.join("\n");
  const { stdout, status } = spawnSync("/bin/sh", ["-c", script], { env: { PATH: `${dir}:/usr/bin:/bin`, ...env }, encoding: "utf8" });
  return { stdout, status, calls: () => readFileSync(join(dir, "calls"), "utf8") };
}

test("the look tells a unit's state and changes nothing", () => {
  const { stdout, status, calls } = run("look-service", host(), { SSM_unit: "shop" });
  expect(status).toBe(0);
  expect(readUnit(stdout)["now"]).toMatchObject({ loaded: true, active: true, state: "active/running", invocation: "1", restarts: 0 });
  expect(readUnit(stdout)["now"]?.activeForMs).toBeGreaterThan(0);
  expect(calls()).not.toContain("restart");
});

test("the restart is asked for once, and the unit told before and after", () => {
  const { stdout, status, calls } = run("restart-service", host(), { SSM_unit: "shop", SSM_waitS: "5" });
  expect(status).toBe(0);
  const { before, after } = readUnit(stdout);
  expect([before?.invocation, after?.invocation, after?.state]).toEqual(["1", "2", "active/running"]);
  expect(calls().match(/^restart -- shop$/gm)).toHaveLength(1);
});

test("a unit that does not start is told as it is, and the script ends with 1", () => {
  const { stdout, status } = run("restart-service", host({ starts: false }), { SSM_unit: "shop", SSM_waitS: "5" });
  expect(status).toBe(1);
  expect(readUnit(stdout)["after"]).toMatchObject({ active: false, state: "failed/running (exit-code)" });
});

test("an agent that hands no values over, a host without systemd and an output that was cut are each told from a unit that does not run", () => {
  expect(() => readUnit(run("look-service", host(), {}).stdout)).toThrow(/agent/i);
  expect(() =>
    readUnit(run("restart-service", mkdtempSync(join(tmpdir(), "gumshoe-none-")), { SSM_unit: "shop", PATH: "/nowhere" }).stdout),
  ).toThrow(/this host has no/);
  const { stdout } = run("look-service", host(), { SSM_unit: "shop" });
  expect(() => readUnit(stdout.replace("gumshoe:1 end", ""))).toThrow();
  expect(() => readUnit("")).toThrow();
});

const ON_UNITS = REPAIR_SCRIPTS.filter((id) => id.endsWith("-service"));

test.each(ON_UNITS)("the document of %s is one that SSM takes, and lets no value through that a shell would look into", (id) => {
  const text = textOf(repairDocument(id));
  expect(text.length).toBeLessThan(8_000);
  expect(JSON.stringify(repairDocument(id).mainSteps)).not.toMatch(/\{\{|#:show/);
  expect(repairDocumentName(id)).toMatch(/^Gumshoe-Repair-[a-z-]+$/);
  expect(badRepairValue(id, { unit: "app:web_1@main.service" })).toBeUndefined();
  for (const evil of ["", "-f", "a b", "a;b", "$(id)", "a'b", "a\nb", "{{x}}", "a/b"])
    expect([evil, badRepairValue(id, { unit: evil })]).toEqual([evil, "unit"]);
});

const SWITCH = {
  plan: "0a1b-2c",
  hashKey: "ab".repeat(32),
  old: "db-old.example:5432",
  new: "db-new.example:5432",
  files: "/etc/shop/web.env:DB_HOST,DB_PORT /etc/shop/b.env:URL",
  units: "web worker@1.service",
  health: "http://127.0.0.1:8000/health?x=1",
};

test.each([
  ["look-endpoint", "look", "switch"],
  ["switch-endpoint", "switch", "look"],
] as const)("the document of %s takes its own verbs alone, and no value that a shell would look into", (id, own, others) => {
  expect(textOf(repairDocument(id)).length).toBeLessThan(60_000);
  expect(JSON.stringify(repairDocument(id).mainSteps)).not.toMatch(/\{\{|#:parts/);
  expect(badRepairValue(id, { ...SWITCH, verb: own })).toBeUndefined();
  expect(badRepairValue(id, { ...SWITCH, verb: others })).toBe("verb");
  for (const name of Object.keys(SWITCH))
    for (const evil of ["", "$(id)", "a'b", "a\nb", "{{x}}", '"', "`id`", "\\"])
      if (name !== "health" || evil !== "")
        expect([name, evil, badRepairValue(id, { ...SWITCH, [name]: evil })]).toEqual([name, evil, name]);
});

const LOGIN = { plan: "0a1b-2c", envFile: "/etc/shop/web.env", urlKey: "DATABASE_URL" };
const SESSION = { ...LOGIN, verb: "end", pid: "4711", began: "2026-11-02T02:00:00.000001Z" };
const INDEX = { ...LOGIN, verb: "start", table: "public.orders", columns: "customer_id,placed", index: "gumshoe_orders_1" };

test.each([
  ["end-blocking-session", SESSION, "start"],
  ["create-index", INDEX, "end"],
  ["look-database", { ...INDEX, verb: "index" }, "run"],
] as const)(
  "the document of %s takes its own verbs alone, and no value that a shell or a statement would look into",
  (id, values, other) => {
    expect(textOf(repairDocument(id)).length).toBeLessThan(60_000);
    expect(JSON.stringify(repairDocument(id).mainSteps)).not.toMatch(/\{\{|#:parts/);
    expect(badRepairValue(id, values)).toBeUndefined();
    expect(badRepairValue(id, { ...values, verb: other })).toBe("verb");
    for (const name of Object.keys(values))
      for (const evil of ["-f x", "$(id)", "a'b", "a\nb", "{{x}}", '"', "`id`", "\\", ";"])
        expect([name, evil, badRepairValue(id, { ...values, [name]: evil })]).toEqual([name, evil, name]);
  },
);

const COPY = {
  id: "m-0a1b",
  mode: "copy",
  source: "db-old.example:5432",
  sourceLogin: "/etc/gumshoe/copy.env:ADMIN_URL",
  target: "db-new.example:5432",
  targetLogin: "arn:aws:secretsmanager:eu-north-1:111122223333:secret:rds!db-1-AbCdEf",
  appLogin: "shop@/etc/shop/shop.env:DB_PASSWORD",
  scratch: "gumshoe_rehearsal",
  sslmode: "require",
  expectedS: "240",
};

test.each([
  ["look-copy", "status", "start"],
  ["copy-database", "unfence", "compare"],
] as const)(
  "the document of %s takes its own verbs alone, fits into what SSM takes, and lets no value through that a shell would look into",
  (id, own, others) => {
    expect(textOf(repairDocument(id)).length).toBeLessThan(65_536);
    expect(JSON.stringify(repairDocument(id).mainSteps)).not.toMatch(/\{\{|#:parts/);
    expect(badRepairValue(id, { ...COPY, verb: own })).toBeUndefined();
    expect(badRepairValue(id, { ...COPY, verb: others })).toBe("verb");
    for (const name of Object.keys(COPY))
      for (const evil of ["$(id)", "a'b", "a\nb", "{{x}}", '"', "`id`", "\\", "postgres://shop:s3cret@db/shop"])
        expect([name, evil, badRepairValue(id, { ...COPY, [name]: evil })]).toEqual([name, evil, name]);
  },
);
