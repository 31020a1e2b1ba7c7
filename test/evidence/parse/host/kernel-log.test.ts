import { describe, expect, it } from "vitest";
import { kernelLog } from "../../../../src/evidence/parse/host/kernel-log.ts";
import { hostFixture, hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T12:55:50Z", "2026-11-22T12:55:00Z");
const factsOf = (text: string, at = reading) => kernelLog.parse(text, at)?.facts;

const killed = (pid: number, comm: string) =>
  `Killed process ${pid} (${comm}) total-vm:168228kB, anon-rss:141832kB, file-rss:14512kB, shmem-rss:0kB`;
const chosen = (pid: number, comm: string, memcg: string) =>
  `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${memcg},task_memcg=${memcg},task=${comm},pid=${pid},uid=996`;
const line = (text: string, time = "12:55:10") => `[Sun Nov 22 ${time} 2026] ${text}\n`;

describe("kills for memory", () => {
  it("counts a kill in gunicorn's cgroup once, although the kernel prints two lines of it", () => {
    expect(factsOf(hostFixture("memcg-kills.txt"))).toMatchObject({
      oomKills: 2,
      appKills: 2,
      maybeAppKills: 0,
      otherKills: 0,
      cgroupOom: true,
      globalOom: false,
      lastVictim: "python3",
      lastVictimRssMb: 142,
      oomInvoked: 2,
    });
  });

  it("names the victim, not the process that asked for memory", () => {
    const facts = factsOf(hostFixture("global-kill.txt"), hostReading("2026-11-22T13:39:21Z"));
    expect(facts).toMatchObject({
      oomKills: 1,
      appKills: 1,
      globalOom: true,
      cgroupOom: false,
      lastVictim: "python3",
      lastVictimRssMb: 394,
    });
  });

  it("tells a kill from before the incident as history and as a moment, and does not count it", () => {
    const parsed = kernelLog.parse(hostFixture("memcg-kills.txt"), hostReading("2026-11-22T13:10:00Z", "2026-11-22T13:05:00Z"));
    expect(parsed?.facts).toMatchObject({
      oomKills: 0,
      appKills: 0,
      cgroupOom: false,
      historyKills: 2,
      historyLastAtMs: Date.parse("2026-11-22T12:55:45Z"),
    });
    expect(parsed?.moments?.at(-1)).toEqual({
      what: "oom-kill",
      at: Date.parse("2026-11-22T12:55:45Z"),
      text: "Killed process 2501 (python3), 142 MB",
      pid: 2501,
      of: "/system.slice/gunicorn.service",
    });
  });

  it("takes a Python worker whose cgroup is not told for a possible victim only", () => {
    expect(factsOf(line(`Out of memory: ${killed(7, "python3")}`))).toMatchObject({
      oomKills: 1,
      appKills: 0,
      maybeAppKills: 1,
      otherKills: 0,
    });
    const docker = line(chosen(7, "gunicorn", "/docker/4f6d1b5ad292"));
    expect(factsOf(docker)).toMatchObject({ appKills: 0, maybeAppKills: 1, otherKills: 0 });
  });

  it("does not blame the application for another unit's or the database's kill", () => {
    const text = line(chosen(7, "python3", "/system.slice/celery.service")) + line(`Out of memory: ${killed(8, "postgres")}`);
    expect(factsOf(text)).toMatchObject({ oomKills: 2, appKills: 0, maybeAppKills: 0, otherKills: 2 });
  });

  it("does not take a unit for gunicorn's because its name contains it", () => {
    expect(factsOf(line(chosen(7, "python3", "/system.slice/gunicorn-exporter.service")))).toMatchObject({ appKills: 0, otherKills: 1 });
  });

  it("reads the two lines of kernels before 5.0 as one kill, also of a child of the process announced", () => {
    const text =
      line("Task in /system.slice/gunicorn.service killed as a result of limit of /system.slice/gunicorn.service") +
      line("Memory cgroup out of memory: Kill process 41 (gunicorn) score 950 or sacrifice child") +
      line(killed(42, "gunicorn")) +
      line("oom_reaper: reaped process 42 (gunicorn), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB", "12:55:11");
    expect(factsOf(text)).toMatchObject({ oomKills: 1, appKills: 1, cgroupOom: true });
    expect(kernelLog.parse(text, reading)?.moments?.[0]).toMatchObject({ pid: 42 });
  });

  it("still counts a kill of which only the announcement or the reaper's line is left", () => {
    expect(factsOf(line("Out of memory: Kill process 41 (java) score 950 or sacrifice child"))).toMatchObject({
      oomKills: 1,
      globalOom: true,
    });
    expect(factsOf(line("oom_reaper: reaped process 42 (java), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB"))).toMatchObject({
      oomKills: 1,
    });
  });

  it("reads the kernel 3.10 form, names with blanks and the form with a UID before the name", () => {
    expect(
      factsOf("Nov 22 12:55:10 h kernel: Killed process 8748 (python) total-vm:12907828kB, anon-rss:11500204kB, file-rss:0kB\n"),
    ).toMatchObject({ maybeAppKills: 1 });
    expect(factsOf(line("Out of memory: Killed process 9 (GC Thread#9) total-vm:1kB, anon-rss:1kB"))).toMatchObject({
      lastVictim: "GC Thread#9",
    });
    expect(factsOf(line("Killed process 9, UID 33, (apache2) total-vm:1kB, anon-rss:1kB"))).toMatchObject({ lastVictim: "apache2" });
  });

  it("reads iso stamps, syslog with an uptime, and JSON", () => {
    const text = chosen(7, "python3", "/system.slice/gunicorn.service");
    expect(factsOf(`2026-11-22T12:55:10,678596+00:00 ${text}\n`)).toMatchObject({ appKills: 1 });
    expect(factsOf(`Nov 22 12:55:10 h kernel: [169805.364253] ${text}\n`)).toMatchObject({ appKills: 1 });
    const json = { __REALTIME_TIMESTAMP: `${Date.parse("2026-11-22T12:55:10Z")}000`, SYSLOG_IDENTIFIER: "kernel", MESSAGE: text };
    expect(factsOf(`${JSON.stringify(json)}\n`)).toMatchObject({ appKills: 1 });
  });

  it("counts no kill for the incident that is stamped with the time since boot only", () => {
    expect(factsOf(`[  618.050606] Out of memory: ${killed(7, "python3")}\n`)).toMatchObject({ oomKills: 0, undatedKills: 1 });
  });

  it("counts systemd-oomd's kill once, by the unit of its path", () => {
    const path = "/system.slice/gunicorn.service";
    const text =
      `Nov 22 12:55:10 h systemd-oomd[34]: Killed ${path} due to memory pressure for /system.slice being 64.15% > 1.00% for > 30s with reclaim activity\n` +
      "Nov 22 12:55:10 h systemd[1]: gunicorn.service: systemd-oomd killed 2 process(es) in this unit.\n";
    expect(factsOf(text)).toMatchObject({ oomKills: 1, oomdKills: 1, appKills: 1, lastVictim: path });
    expect(factsOf(text.replace("Killed", "Marked").replace("due to", "for killing due to"))).toMatchObject({ oomdKills: 1, appKills: 1 });
  });
});

describe("the rest of the kernel's log", () => {
  it("counts disk errors of the incident, not those of a floppy or of the boot", () => {
    const text =
      line("I/O error, dev nvme0n1, sector 1234 op 0x1:(WRITE)", "12:10:00") +
      line("blk_update_request: I/O error, dev fd0, sector 0") +
      line("EXT4-fs error (device nvme0n1p1): ext4_journal_check_start:83: Detected aborted journal") +
      line("EXT4-fs (nvme0n1p1): Remounting filesystem read-only");
    expect(factsOf(text)).toMatchObject({ diskErrors: 2 });
  });

  it("says nothing where the log may not be read", () => {
    expect(kernelLog.parse("dmesg: read kernel buffer failed: Operation not permitted\n", reading)).toBeUndefined();
    expect(
      kernelLog.parse(
        "Hint: You are currently not seeing messages from other users and the system.\nNo journal files were opened due to insufficient permissions.\n",
        reading,
      ),
    ).toBeUndefined();
    expect(kernelLog.parse("", reading)).toBeUndefined();
  });

  it("finds no kill in a readable log without one, and in an empty journal", () => {
    expect(factsOf(line("Linux version 6.1.0"))).toMatchObject({ readable: true, oomKills: 0, globalOom: false });
    expect(factsOf("-- No entries --\n")).toMatchObject({ readable: true, oomKills: 0 });
  });
});
