/** What a process is to the incident; `look` is the diagnosis itself, `other` whatever does not serve the site. */
export type ProgramKind = "app" | "celery" | "proxy" | "database" | "redis" | "system" | "look" | "other";

const INTERPRETER = /^(?:python[\d.]*|pypy[\d.]*|perl[\d.]*|ruby[\d.]*|node(?:js)?|php[\d.]*|java|bash|sh|dash|zsh)$/;
const WRAPPER =
  /^(?:.*-run|.*-admin|.*-instrument|poetry|pipenv|uv|sudo|su|env|nice|ionice|chrt|taskset|timeout|setpriv|setsid|start-stop-daemon|chpst|bash|sh|dash)$/;
const APP = /^(?:gunicorn|uvicorn|hypercorn|daphne|granian|uwsgi)[\d.]*(?:-\w{1,20})?$/;
const SYSTEM = /^(?:systemd.*|\(sd-pam\)|init|dbus-daemon|dbus-broker.*|journald)$/;
const DATABASE = /^(?:postgres|postmaster|pgbouncer|mysqld|mariadbd)$/;
const LOOK = /^(?:ps|top|vmstat|mpstat|journalctl|systemctl|dmesg|ss|free|uptime|nproc|getent|pg_isready|gumshoe.*)$/;

/**
 * The name by which people know a process, from its command line: the base name of the program, and of the script, module or jar where the program is
 * only its interpreter (`python3 /opt/x/thumbs.py` → `thumbs.py`). At most 60 characters.
 */
export function programOf(command: string): string {
  const words = command
    .slice(0, 2_000)
    .replace(/^[|\\_ ]+/, "")
    .split(/\s+/, 60);
  const first = nameOf(words[0] ?? "");
  if (!INTERPRETER.test(first)) return first.slice(0, 60);
  const module = words.findIndex((word) => word === "-m" || word === "-jar");
  const script = words.slice(1).find((word) => word !== "" && !word.startsWith("-"));
  if (/^(?:bash|sh|dash|zsh)$/.test(first) && words[1]?.startsWith("-")) return first;
  if (["-", "-c", "-e"].includes(words[1] ?? "") || (module === -1 && script === undefined)) return first;
  return nameOf((module === -1 ? script : words[module + 1]) ?? first).slice(0, 60) || first;
}

/** What kind of program a command line (or a bare command name) is; `unit` is the name of the application's unit, with or without `.service`. */
export function programKindOf(command: string, unit: string): ProgramKind {
  const program = programOf(command);
  if (APP.test(program) || program === unit.replace(/\.service$/, "")) return "app";
  const words = command.slice(0, 2_000).split(/\s+/, 8).map(nameOf);
  if (WRAPPER.test(program) && words.some((word) => APP.test(word))) return "app";
  if (/^celery(?:d|beat)?$/.test(program) || (WRAPPER.test(program) && words.includes("celery"))) return "celery";
  if (program === "caddy") return "proxy";
  if (DATABASE.test(program)) return "database";
  if (/^(?:redis|valkey)-server$/.test(program)) return "redis";
  if (SYSTEM.test(program)) return "system";
  return LOOK.test(program) ? "look" : "other";
}

/** The base name of a word, without the marks of process titles: `postgres:` → `postgres`, `[celeryd:` → `celeryd`, `-bash` → `bash`. */
function nameOf(word: string): string {
  const bare = word.replace(/^[[-]/, "").replace(/[:,\]]{1,4}$/, "");
  return word.startsWith("[") ? bare : bare.slice(bare.lastIndexOf("/") + 1) || bare;
}
