import { describe, expect, it } from "vitest";
import { gunicornUnit } from "../../../../src/evidence/parse/app/gunicorn-unit.ts";
import { parsed, readingAt } from "./readings.ts";

const factsOf = (text: string) => parsed(gunicornUnit, text, readingAt("2026-11-22T13:10:00Z")).facts;

describe("a gunicorn unit file", () => {
  it.each([
    [
      "/usr/bin/python3 -m gunicorn --workers 3 --timeout 120 --bind 127.0.0.1:8000 a.wsgi",
      { workers: 3, timeoutS: 120, bindHost: "127.0.0.1", bindPort: 8000, tls: false, bindUnix: false },
    ],
    [
      "/venv/bin/gunicorn -w4 -t 60 -k gthread --threads=8 -b 0.0.0.0:9000 a.wsgi",
      { workers: 4, timeoutS: 60, workerClass: "gthread", threads: 8, bindPort: 9000 },
    ],
    [
      "/venv/bin/gunicorn --bind unix:/run/a.sock --certfile=/etc/a.pem -c /etc/g.py a.wsgi",
      { bindUnix: true, tls: true, configFile: "/etc/g.py" },
    ],
    ['/bin/sh -c "exec gunicorn \\\n   --timeout 45 a.wsgi"', {}],
  ])("is read from its command %s", (command, facts) => {
    expect(factsOf(`[Service]\nExecStart=${command}\n`)).toMatchObject(facts);
  });

  it("leaves the time-out out where the command does not say it", () => {
    expect(factsOf("[Service]\nExecStart=/usr/bin/gunicorn a.wsgi\n")).not.toHaveProperty("timeoutS");
  });

  it("gives memory limit and restart policy, and a drop-in wins", () => {
    const text =
      "# /etc/systemd/system/gunicorn.service\n[Service]\nExecStart=/usr/bin/gunicorn --timeout 30 a\nMemoryMax=512M\nRestart=no\n# drop-in\n[Service]\nExecStart=\nExecStart=/usr/bin/gunicorn --timeout 90 a\nRestart=on-failure\n";
    expect(factsOf(text)).toMatchObject({ timeoutS: 90, memoryMaxBytes: 536_870_912, restartPolicy: "on-failure" });
  });

  it("shows no secret of the command or the environment", () => {
    const text =
      "[Service]\nEnvironment=SECRET_KEY=hunter2\nExecStart=/usr/bin/env DB_PASSWORD=hunter2 gunicorn --env DATABASE_URL=postgres://u:hunter2@db/x a\n";
    expect(JSON.stringify(factsOf(text))).not.toContain("hunter2");
  });

  it("is not seen in a complaint", () => {
    expect(gunicornUnit.parse("No files found for gunicorn.service.\n", readingAt("2026-11-22T13:10:00Z"))).toBeUndefined();
  });
});
