import { describe, expect, it } from "vitest";
import { tracebacksOf } from "../../../../src/evidence/parse/app/tracebacks.ts";

const lines = (text: string, pid = 7, ms = 1_000) => text.split("\n").map((message) => ({ message, pid, ms }));
const chain = `Internal Server Error: /api/x/
Traceback (most recent call last):
  File "/site/django/db/backends/base/base.py", line 200, in connect
    self.connection = self.get_new_connection(conn_params)
psycopg2.OperationalError: connection to server at "db" (10.0.0.9), port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?
The above exception was the direct cause of the following exception:
Traceback (most recent call last):
  File "/site/django/core/handlers/exception.py", line 47, in inner
    response = get_response(request)
django.db.utils.OperationalError: connection to server at "db" (10.0.0.9), port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?`;

describe("tracebacks", () => {
  it("of a chain are one failure with its path, both exceptions and all frames", () => {
    const [failure, ...more] = tracebacksOf(lines(chain), false);
    expect(more).toEqual([]);
    expect(failure?.path).toBe("/api/x/");
    expect(failure?.exceptions).toHaveLength(2);
    expect(failure?.frames).toEqual(["/site/django/db/backends/base/base.py:connect", "/site/django/core/handlers/exception.py:inner"]);
  });

  it("never become more by the loss of a line", () => {
    const whole = lines(`${chain}\n127.0.0.1 - - "GET / HTTP/1.1" 500 1`);
    whole.forEach((_, index) => {
      expect(tracebacksOf(whole.toSpliced(index, 1), false).length).toBeLessThanOrEqual(1);
    });
  });

  it("are two failures where a second request is announced", () => {
    expect(tracebacksOf(lines(`${chain}\n${chain}`), false)).toHaveLength(2);
  });

  it("still open where the text was cut are left out", () => {
    expect(tracebacksOf(lines(chain), true)).toEqual([]);
  });

  it("on one line of JSON are read like those on many", () => {
    const json = String.raw`{"level":"ERROR","message":"Internal Server Error: /api/x/","exc_info":"Traceback (most recent call last):\n  File \"/srv/a.py\", line 1, in f\n    x()\nKeyError: 'x'"}`;
    expect(tracebacksOf(lines(json), false)).toMatchObject([
      { path: "/api/x/", frames: ["/srv/a.py:f"], exceptions: [expect.stringContaining("KeyError: 'x'")] },
    ]);
  });
});
