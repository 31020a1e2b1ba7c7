import { readFileSync } from "node:fs";
import { copyScript } from "../../remediation/copy-script.ts";
import { databaseScript } from "../../remediation/database-script.ts";
import { switchScript } from "../../remediation/switch-script.ts";
import { scriptDocument, type FixedScript, type SsmDocument } from "../ssm/document.ts";

/** Seconds that a unit has to become active after its restart, in each of two ways of looking; SSM ends the script some time after. */
export const WAIT_S = 60;

const UNIT = "^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]{0,255}$";

const text = (name: string): string => readFileSync(new URL(`../../../runbooks/repairs/${name}.sh`, import.meta.url), "utf8");
const SHOW_UNIT = text("show-unit").trimEnd();

const scriptOf = (name: string): string => text(name).replace(/^#:show-unit$/m, () => SHOW_UNIT);

const ADDRESS = "[A-Za-z0-9][A-Za-z0-9.-]{0,252}:[0-9]{1,5}";

/** What the program of a switch takes; which verbs it takes differs between looking and changing. */
const SWITCH = {
  plan: "^[A-Za-z0-9][A-Za-z0-9-]{0,63}$",
  hashKey: "^[0-9a-f]{64}$",
  old: `^${ADDRESS}$`,
  new: `^${ADDRESS}$`,
  sslmode: "^(require|verify-ca|verify-full)?$",
  files: "^(/[A-Za-z0-9_./@%+-]{1,400}:[A-Za-z_][A-Za-z0-9_,]{0,300} ?){1,10}$",
  sums: "^([0-9a-f]{64}:[0-9a-f]{64} ?){0,10}$",
  units: "^([A-Za-z0-9:_.@][A-Za-z0-9:_.@-]{0,255} ?){1,10}$",
  health: "^(https?://[A-Za-z0-9._~:/?#@!&*+,;=%\\[\\]-]{1,2000})?$",
  copy: "^([a-z0-9][a-z0-9-]{0,39})?$",
  waitS: "^[1-9][0-9]?$",
} as const;

const SECRET = "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]{1,32}:[0-9]{12}:secret:[A-Za-z0-9/_+=.@!-]{1,512}";
const IN_FILE = "([A-Za-z0-9_.-]{1,63}@)?/[A-Za-z0-9_./@%+-]{1,400}:[A-Za-z_][A-Za-z0-9_]{0,100}";

/** What the program of a copy takes: where both databases are, and where the host finds the logins. None of it is a password. */
const COPY = {
  id: "^[a-z0-9][a-z0-9-]{0,39}$",
  mode: "^(rehearse|copy)?$",
  source: `^(${ADDRESS})?$`,
  sourceLogin: `^(${IN_FILE}|${SECRET})?$`,
  target: `^(${ADDRESS})?$`,
  targetLogin: `^(${IN_FILE}|${SECRET})?$`,
  appLogin: `^(${IN_FILE})?$`,
  scratch: "^([a-z_][a-z0-9_]{0,62})?$",
  sslmode: "^(require)?$",
  expectedS: "^([1-9][0-9]{0,6})?$",
} as const;

/** Seconds that a copy's program has to answer, whatever it is asked; the run itself has no limit. */
const COPY_S = 600;

/** Seconds that a switch has on one host: its units one after the other, and asking a copy. */
const SWITCH_S = 600;

const KEY = "[A-Za-z_][A-Za-z0-9_]{0,100}";
const TABLE_NAME = "[A-Za-z_][A-Za-z0-9_]{0,62}";
const TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z";

/** Where the login to a database stands. */
const LOGIN = {
  plan: "^[A-Za-z0-9][A-Za-z0-9-]{0,63}$",
  envFile: "^/[A-Za-z0-9_./@%+-]{1,400}$",
  urlKey: `^(${KEY})?$`,
  passwordKey: `^(${KEY})?$`,
  user: "^([A-Za-z0-9_.][A-Za-z0-9_.-]{0,62})?$",
  host: "^([A-Za-z0-9][A-Za-z0-9.:-]{0,252})?$",
  port: "^[0-9]{0,5}$",
  db: "^[A-Za-z0-9_.-]{0,63}$",
} as const;

/** Which table, columns and index are meant. */
const ON_TABLE = {
  table: `^((${TABLE_NAME}[.])?${TABLE_NAME})?$`,
  columns: `^(${TABLE_NAME}(,${TABLE_NAME}){0,4})?$`,
  index: `^(${TABLE_NAME})?$`,
} as const;

/** Seconds that a look at a database, and an order to it, have on a host. */
const DATABASE_S = 60;

type Script = Omit<FixedScript, "text"> & { text: () => string };

/** The scripts that repairs run on hosts: each is a document of its own, so that a role can be given one and not the other. */
const SCRIPTS = {
  "look-service": { name: "look", text: () => scriptOf("look-service"), patterns: { unit: UNIT }, timeoutS: 30 },
  "restart-service": {
    name: "restart",
    text: () => scriptOf("restart-service"),
    patterns: { unit: UNIT, waitS: "^[1-9][0-9]?$" },
    timeoutS: 3 * WAIT_S,
  },
  "look-endpoint": {
    name: "look",
    text: switchScript,
    patterns: { verb: "^(look|check|status|fence|prove)$", ...SWITCH },
    timeoutS: SWITCH_S,
  },
  "switch-endpoint": {
    name: "switch",
    text: switchScript,
    patterns: { verb: "^(stage|rest|switch|back|wake|unfence|clean)$", ...SWITCH },
    timeoutS: SWITCH_S,
  },
  "look-copy": {
    name: "look",
    text: copyScript,
    patterns: { verb: "^(check|status|prove|compare|fingerprint)$", ...COPY },
    timeoutS: COPY_S,
  },
  "copy-database": { name: "copy", text: copyScript, patterns: { verb: "^(start|stop|unfence)$", ...COPY }, timeoutS: COPY_S },
  "look-database": {
    name: "look",
    text: databaseScript,
    patterns: { verb: "^(sessions|session|table|index)$", ...LOGIN, pid: "^[0-9]{0,10}$", began: `^(${TIME})?$`, ...ON_TABLE },
    timeoutS: DATABASE_S,
  },
  "end-blocking-session": {
    name: "end",
    text: databaseScript,
    patterns: { verb: "^end$", ...LOGIN, pid: "^[1-9][0-9]{0,9}$", began: `^${TIME}$`, xact: `^(${TIME})?$` },
    timeoutS: DATABASE_S,
  },
  "create-index": { name: "create", text: databaseScript, patterns: { verb: "^start$", ...LOGIN, ...ON_TABLE }, timeoutS: DATABASE_S },
} as const satisfies Record<string, Script>;

/** A script of repairs by its id. */
export type RepairScript = keyof typeof SCRIPTS;

/** All scripts of repairs. */
export const REPAIR_SCRIPTS = Object.keys(SCRIPTS) as RepairScript[];

/** What a repair's document is called. */
export function repairDocumentName(id: RepairScript): string {
  return `Gumshoe-Repair-${id}`;
}

/** Seconds after which SSM ends a repair's script. */
export function repairTimeoutS(id: RepairScript): number {
  return SCRIPTS[id].timeoutS;
}

/** The document of a repair: the same text for everybody, `description` alone is for people. */
export function repairDocument(id: RepairScript, description = ""): SsmDocument {
  return scriptDocument({ ...SCRIPTS[id], text: SCRIPTS[id].text() }, description);
}

/** The first value that a repair's document would not let through, by its name. */
export function badRepairValue(id: RepairScript, values: Readonly<Record<string, string>>): string | undefined {
  const patterns: Readonly<Record<string, string>> = SCRIPTS[id].patterns;
  return Object.keys(values).find((name) => !new RegExp(patterns[name] ?? "^$").test(values[name] ?? ""));
}
