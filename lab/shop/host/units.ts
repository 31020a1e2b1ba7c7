import { processOf } from "../processes.ts";
import type { Journal } from "../journal.ts";
import { gunicornBytes } from "./tables.ts";
import type { Seen } from "./seen.ts";

/** Names of the days as systemd prints them. */
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What `systemctl` answers of the host's units, by the file that holds it: `status-UNIT`, `cat-UNIT`, `show-UNIT-PROPERTY`. */
export function unitTexts(seen: Seen, journal: Journal): Record<string, string> {
  const { pids, folders } = seen;
  const commands = commandsOf(seen);
  const caddyBytes = processOf(pids.proxy)?.rssBytes ?? 0;
  const gunicorn = [pids.arbiter, ...pids.workers];
  return {
    "status-caddy": status(seen, journal, {
      unit: "caddy",
      title: "Caddy",
      pids: [pids.proxy],
      bytes: caddyBytes,
      command: commands.caddy,
    }),
    "status-gunicorn": status(seen, journal, {
      unit: "gunicorn",
      title: "gunicorn daemon",
      active:
        { active: "active (running)", failed: "failed (Result: exit-code)" }[String(seen.gunicorn.active)] ??
        `${seen.gunicorn.active} (dead)`,
      pids: gunicorn,
      bytes: gunicornBytes(seen),
      command: commands.gunicorn,
    }),
    "cat-caddy": unitFile("caddy", `User=caddy\nExecStart=${commands.caddy}\nRestart=on-abnormal`),
    "cat-gunicorn": unitFile(
      "gunicorn",
      `User=www-data\nWorkingDirectory=/srv/shop\nEnvironment=DJANGO_SETTINGS_MODULE=config.settings\nExecStart=${commands.gunicorn}\nRestart=on-failure`,
    ),
    "show-caddy-ExecStart": `{ path=/usr/bin/caddy ; argv[]=${commands.caddy} ; ignore_errors=no ; pid=${pids.proxy} ; code=(null) ; status=0/0 }\n`,
    "show-gunicorn-WorkingDirectory": `${folders.app}\n`,
    // A group that is there on every machine; its figures are those of gunicorn's processes.
    "show-gunicorn-ControlGroup": "/\n",
    "memory-cgroup": memoryFiles(gunicornBytes(seen)),
  };
}

function commandsOf({ ports, folders }: Seen): { caddy: string; gunicorn: string } {
  return {
    caddy: `/usr/bin/caddy run --environ --config ${folders.caddyfile}`,
    gunicorn: `/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:${ports.app} --workers 3 --timeout 30 config.wsgi:application`,
  };
}

type Unit = { unit: string; title: string; active?: string; pids: readonly number[]; bytes: number; command: string };

function status(
  { now, bootedAt }: Seen,
  journal: Journal,
  { unit, title, active = "active (running)", pids, bytes, command }: Unit,
): string {
  const since = `${DAYS[bootedAt.getUTCDay()]} ${bootedAt.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const days = Math.floor((now.getTime() - bootedAt.getTime()) / 86_400_000);
  const cpuS = pids.reduce((sum, pid) => sum + (processOf(pid)?.cpuS ?? 0), 0);
  return [
    `● ${unit}.service - ${title}`,
    `     Loaded: loaded (/etc/systemd/system/${unit}.service; enabled; preset: enabled)`,
    `     Active: ${active} since ${since}; ${days} days ago`,
    `   Main PID: ${pids[0]} (${unit})`,
    `      Tasks: ${pids.length} (limit: 2237)`,
    `     Memory: ${(bytes / 1_048_576).toFixed(1)}M`,
    `        CPU: ${cpuS.toFixed(3)}s`,
    `     CGroup: /system.slice/${unit}.service`,
    ...pids.map((pid, index) => `             ${index === pids.length - 1 ? "└─" : "├─"}${pid} ${command}`),
    "",
    ...journal.newest(unit, 10),
    "",
  ].join("\n");
}

function unitFile(unit: string, service: string): string {
  return `# /etc/systemd/system/${unit}.service\n[Unit]\nDescription=${unit} daemon\nAfter=network.target\n\n[Service]\n${service}\n\n[Install]\nWantedBy=multi-user.target\n`;
}

/** As `grep ''` prints the files of a control group without a limit in which nothing was killed. */
function memoryFiles(bytes: number): string {
  const folder = "/sys/fs/cgroup/system.slice/gunicorn.service";
  const files = [
    `memory.max:max`,
    `memory.current:${bytes}`,
    ...["low", "high", "max", "oom", "oom_kill"].map((event) => `memory.events:${event} 0`),
  ];
  return files.map((file) => `${folder}/${file}\n`).join("");
}
