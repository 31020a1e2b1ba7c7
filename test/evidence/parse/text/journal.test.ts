import { describe, expect, it } from "vitest";
import { journalClosed, journalLines } from "../../../../src/evidence/parse/text/journal.ts";

const reading = { at: new Date("2026-11-22T13:10:00Z"), timezone: "UTC" };
const ms = Date.parse("2026-11-22T13:07:07Z");
const entry = { ident: "gunicorn", pid: 3344, host: "h-1", message: "KeyError: 'x'" };

describe("a journal in any output mode", () => {
  it.each([
    "Nov 22 13:07:07 h-1 gunicorn[3344]: KeyError: 'x'",
    "Nov 22 13:07:07 h-1 gunicorn[3344]: KeyError: 'x'\r",
    "\u001b[1mNov 22 13:07:07 h-1 gunicorn[3344]: KeyError: 'x'\u001b[0m",
    "Sun 2026-11-22 13:07:07 UTC h-1 gunicorn[3344]: KeyError: 'x'",
    "2026-11-22T13:07:07+0000 h-1 gunicorn[3344]: KeyError: 'x'",
    "1795352827.000000 h-1 gunicorn[3344]: KeyError: 'x'",
    '{"MESSAGE":"KeyError: \'x\'","__REALTIME_TIMESTAMP":"1795352827000000","_PID":"3344","SYSLOG_IDENTIFIER":"gunicorn","_HOSTNAME":"h-1"}',
    '{\n\t"MESSAGE" : "KeyError: \'x\'",\n\t"__REALTIME_TIMESTAMP" : "1795352827000000",\n\t"_PID" : "3344",\n\t"SYSLOG_IDENTIFIER" : "gunicorn",\n\t"_HOSTNAME" : "h-1"\n}',
    '{"MESSAGE":[75,101,121,69,114,114,111,114,58,32,39,120,39],"__REALTIME_TIMESTAMP":"1795352827000000","_PID":"3344","SYSLOG_IDENTIFIER":"gunicorn","_HOSTNAME":"h-1"}',
    "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795352827000000\n_HOSTNAME=h-1\nSYSLOG_IDENTIFIER=gunicorn\nMESSAGE=KeyError: 'x'\n_PID=3344\n",
  ])("gives time, program, pid and message: %s", (text) => {
    expect(journalLines(`${text}\n`, reading)).toEqual([{ ...entry, ms }]);
  });

  it("has no wall time in short-monotonic", () => {
    expect(journalLines("[ 2615.183287] h-1 gunicorn[3344]: KeyError: 'x'\n", reading)).toEqual([entry]);
  });

  it("leaves journalctl's own notes out", () => {
    const notes = "-- Logs begin at Sun 2026-11-22 --\n-- Boot 0123abc --\n-- No entries --\n";
    expect(journalLines(notes, reading)).toEqual([]);
    expect(journalClosed("Hint: You are currently not seeing messages from other users and the system.\n")).toBe(true);
    expect(journalClosed("-- No entries --\n")).toBe(false);
  });

  it("gives further lines of an entry its time and pid and takes journalctl's indent off", () => {
    const prefix = "Nov 22 13:07:07 h-1 gunicorn[3344]: ";
    const lines = journalLines(`${prefix}first\n${" ".repeat(prefix.length)}  second\n`, reading);
    expect(lines[1]).toMatchObject({ message: "  second", ms, pid: 3344 });
  });

  it("takes the stamps of a plain log and says which times are guessed", () => {
    const lines = journalLines("[2026-11-22 13:07:07 +0000] [12] [ERROR] Error handling request /x\nKeyError: 'x'\n", reading);
    expect(lines).toEqual([
      { message: "[2026-11-22 13:07:07 +0000] [12] [ERROR] Error handling request /x", ms },
      { message: "KeyError: 'x'", ms, guessed: true },
    ]);
  });
});
