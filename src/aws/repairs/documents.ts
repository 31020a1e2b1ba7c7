import { readFileSync } from "node:fs";
import { scriptDocument, type FixedScript, type SsmDocument } from "../ssm/document.ts";

/** Seconds that a unit has to become active after its restart, in each of two ways of looking; SSM ends the script some time after. */
export const WAIT_S = 60;

const UNIT = "^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]{0,255}$";

const text = (name: string): string => readFileSync(new URL(`../../../runbooks/repairs/${name}.sh`, import.meta.url), "utf8");
const SHOW_UNIT = text("show-unit").trimEnd();

const scriptOf = (name: string): string => text(name).replace(/^#:show-unit$/m, () => SHOW_UNIT);

/** The scripts that repairs run on hosts: each is a document of its own, so that a role can be given one and not the other. */
const SCRIPTS = {
  "look-service": { name: "look", patterns: { unit: UNIT }, timeoutS: 30 },
  "restart-service": { name: "restart", patterns: { unit: UNIT, waitS: "^[1-9][0-9]?$" }, timeoutS: 3 * WAIT_S },
} as const satisfies Record<string, Omit<FixedScript, "text">>;

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
  return scriptDocument({ ...SCRIPTS[id], text: scriptOf(id) }, description);
}

/** The first value that a repair's document would not let through, by its name. */
export function badRepairValue(id: RepairScript, values: Readonly<Record<string, string>>): string | undefined {
  const patterns: Readonly<Record<string, string>> = SCRIPTS[id].patterns;
  return Object.keys(values).find((name) => !new RegExp(patterns[name] ?? "^$").test(values[name] ?? ""));
}
