import { describe, expect, it } from "vitest";
import { processes } from "../../../../src/evidence/parse/host/processes.ts";
import { hostFixture, hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T13:37:48Z");
const header = "    PID    PPID USER     STAT %CPU %MEM   RSS ELAPSED WCHAN                COMMAND\n";
const parse = (rows: string) => processes.parse(header + rows, reading);
const row = (pid: number, ppid: number, stat: string, cpu: number, command: string, rss = 20480) =>
  `${pid} ${ppid} deploy ${stat} ${cpu} 0.1 ${rss} 60 - ${command}\n`;

const gunicorn =
  row(10, 1, "Ss", 0.5, "/usr/bin/python3 -m gunicorn --workers 2 shop.wsgi") +
  row(11, 10, "R", 20, "/usr/bin/python3 -m gunicorn --workers 2 shop.wsgi");

describe("who uses the processor", () => {
  it("tells a swarm of scripts from gunicorn, though all are python3", () => {
    const parsed = processes.parse(hostFixture("processes-hog.txt"), reading);
    expect(parsed).toMatchObject({
      whole: true,
      facts: {
        topOther: "resize.py",
        topOtherCount: 11,
        otherCpu: 28.2,
        runningOther: 11,
        appCpu: 4.9,
        appProcesses: 4,
        runningApp: 3,
        proxyCpu: 0.7,
      },
    });
  });

  it.each([
    ["/usr/bin/python3 /srv/venv/bin/gunicorn shop.wsgi"],
    ["gunicorn: worker [shop.wsgi]"],
    ["/srv/venv/bin/uvicorn shop.asgi:application --port 8000"],
    ["/usr/bin/python3 /srv/venv/bin/ddtrace-run gunicorn shop.wsgi"],
  ])("knows %j as the application", (command) => {
    expect(parse(row(10, 1, "S", 5, command))?.facts).toMatchObject({ appCpu: 5, otherCpu: 0 });
  });

  it.each([
    ["tail -f /var/log/gunicorn/error.log", "tail"],
    ["gzip -9 /var/log/gunicorn/access.log.1", "gzip"],
    ["/usr/bin/python3 /opt/reports/gunicorn_report.py", "gunicorn_report.py"],
    ["/usr/bin/ffmpeg -i in.mp4 out.webm", "ffmpeg"],
    ["java -Xmx1g -jar /opt/search/search.jar", "search.jar"],
    ["stress-ng-cpu [run]", "stress-ng-cpu"],
    ["sh -c while :; do :; done", "sh"],
    ["node /srv/crawler/crawl.js --all", "crawl.js"],
  ])("knows %j as something else, called %s", (command, name) => {
    expect(parse(gunicorn + row(99, 1, "R", 90, command))?.facts).toMatchObject({
      appCpu: 20.5,
      otherCpu: 90,
      topOther: name,
      topOtherCount: 1,
    });
  });

  it("counts what gunicorn started as the application's, and what Celery started as Celery's", () => {
    const rows =
      gunicorn +
      row(12, 11, "R", 70, "/usr/bin/wkhtmltopdf a b") +
      row(20, 1, "S", 1, "/usr/bin/python3 -m celery -A shop worker") +
      row(21, 20, "R", 30, "ffmpeg -i x");
    expect(parse(rows)?.facts).toMatchObject({ appCpu: 90.5, celeryCpu: 31, celeryProcesses: 2, otherCpu: 0, runningOther: 0 });
  });

  it("does not count kernel threads, systemd, the database, or the look itself", () => {
    const look =
      row(50, 1, "S", 0, "sh /tmp/look.sh") +
      row(51, 50, "S", 0, "timeout -k 1 8 sh -c ps") +
      row(52, 51, "R", 60, "ps -eo pid,ppid,user,stat,pcpu,args") +
      row(53, 50, "R", 40, "python3 -") +
      row(54, 50, "R", 30, "gzip -9");
    const rows =
      row(2, 0, "S", 5, "[kswapd0]", 0) +
      row(1, 0, "Ss", 3, "/usr/lib/systemd/systemd") +
      row(60, 1, "R", 25, "postgres: shop shop 127.0.0.1(33754) SELECT");
    expect(parse(rows + look)?.facts).toMatchObject({ otherCpu: 0, runningOther: 0, databaseCpu: 25 });
  });

  it("does not count the program that started the look, but what else was started beside it", () => {
    const rows =
      row(40, 1, "Ss", 0, "-bash") +
      row(41, 40, "Sl", 95, "node /opt/gumshoe/bin/gumshoe.js diagnose") +
      row(50, 41, "S", 0, "sh") +
      row(52, 50, "R", 60, "ps -eo pid,ppid,pcpu,args") +
      row(60, 40, "R", 99, "sha256sum /dev/zero");
    expect(parse(rows)?.facts).toMatchObject({ otherCpu: 99, runningOther: 1, topOther: "sha256sum" });
  });

  it("counts a gzip that does not belong to the look, and a process that only calls itself a kernel thread", () => {
    const rows = row(54, 1, "R", 30, "gzip -9 /backup/x.tar") + row(55, 1, "R", 90, "[kworker/0:1]");
    expect(parse(rows)?.facts).toMatchObject({ otherCpu: 120, runningOther: 2, topOther: "kworker/0:1" });
  });

  it("says on what the workers wait, not the arbiter", () => {
    const rows = "10 1 d Ss 0.1 0.1 2048 60 poll_schedule_timeou gunicorn: master\n11 10 d S 0.1 0.1 2048 60 wait_woken gunicorn: worker\n";
    expect(parse(rows)?.facts).toMatchObject({ appWaitingOn: "wait_woken", appProcesses: 2, appRssMb: 4 });
  });
});

it("reads ps aux, whose columns differ", () => {
  const text =
    "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nwww          120  3.0  0.3  72852 61720 ?        R    12:46   0:00 gunicorn: worker [x]\nroot         121 95.0  0.3  72852 61720 ?        R    12:46   0:00  \\_ /usr/bin/xz -9 dump\n";
  expect(processes.parse(text, reading)?.facts).toMatchObject({ appCpu: 3, otherCpu: 95, topOther: "xz" });
});

it("reads its own columns without the header, but does not call that whole", () => {
  expect(processes.parse(gunicorn, reading)).toMatchObject({ whole: false, facts: { appCpu: 20.5, appProcesses: 2 } });
});

it("is no reader of an error message", () => {
  expect(processes.parse("error: unsupported option (BSD syntax)\n", reading)).toBeUndefined();
});
