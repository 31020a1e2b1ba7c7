import type { Reading } from "../../parser.ts";
import { journalLines } from "../text/journal.ts";
import { stampOf } from "../text/stamps.ts";

/** Something that was changed on the host, in words. */
export type Change = { kind: "boot" | "package" | "unit" | "file"; at: number; text: string };

/** The changes that a section of the host script's `changes` step tells; none for a section of another name. */
export function changesIn(section: string, lines: readonly string[], reading: Reading): Change[] {
  if (section === "boots") return lines.flatMap((line) => bootIn(line, reading) ?? []);
  if (section === "packages") return packagesIn(lines, reading);
  if (section === "units") return unitsIn(lines, reading);
  if (section === "files") return lines.flatMap((line) => fileIn(line, reading) ?? []);
  return [];
}

const BOOT = /(?:[A-Z][a-z]{2} )?(?:\d{4}-\d\d-\d\d[T ]|[A-Z][a-z]{2} [ \d]\d )\d\d:\d\d(:\d\d)?/;

/** `uptime -s`, `who -b` (`system boot  2026-11-22 12:23`, or `Nov 22 12:23` without a locale) and `journalctl --list-boots` (a line's first time is the boot's). */
function bootIn(line: string, { at, timezone }: Reading): Change | undefined {
  const start = BOOT.exec(line.slice(0, 400));
  if (!start) return undefined;
  const text = start[1] === undefined ? `${start[0]}:00` : line.slice(start.index, start.index + 64);
  const stamp = stampOf(text, at, timezone);
  return stamp && { kind: "boot", at: stamp.ms, text: "system boot" };
}

const DPKG = /^(install|upgrade|remove|purge) (\S{1,200}?)(?::[\w-]{1,20})? (\S{1,100}) (\S{1,100})\s*$/;
const DNF = /(?:SUBDEBUG|INFO)?\s*(Installed|Upgraded|Upgrade|Install|Erased|Removed|Erase|Updated|Downgraded): (\S{1,200})/;
const APT = /^(Install|Upgrade|Remove|Purge|Downgrade): (.*)$/;

/** Lines of dpkg.log, of apt's history.log (whose packages stand below their `Start-Date:`) and of dnf's or yum's log. */
function packagesIn(lines: readonly string[], { at, timezone }: Reading): Change[] {
  const found: Change[] = [];
  let started: number | undefined;
  for (const line of lines) {
    const start = /^(?:Start|End)-Date: (.{10,40})$/.exec(line)?.[1];
    if (start !== undefined) started = stampOf(start.replace(/\s{2,9}/, " "), at, timezone)?.ms;
    const apt = APT.exec(line);
    if (apt && started !== undefined) found.push(...aptPackages(apt[1] ?? "", apt[2] ?? "", started));
    const stamp = stampOf(line, at, timezone);
    const text = stamp && packageText(stamp.rest);
    if (stamp && text) found.push({ kind: "package", at: stamp.ms, text });
  }
  return found;
}

function packageText(rest: string): string | undefined {
  const dpkg = DPKG.exec(rest.slice(0, 600));
  if (dpkg) return packageWords(dpkg[1] ?? "", dpkg[2] ?? "", [dpkg[3], dpkg[4]]);
  const dnf = DNF.exec(rest.slice(0, 600));
  return dnf ? `${(dnf[1] ?? "").toLowerCase()} ${dnf[2]}` : undefined;
}

function aptPackages(verb: string, list: string, at: number): Change[] {
  const packages = [...list.matchAll(/([\w.+-]{1,200})(?::[\w-]{1,20})? \(([^()]{1,200})\)/g)];
  return packages.map((m) => ({ kind: "package", at, text: packageWords(verb.toLowerCase(), m[1] ?? "", (m[2] ?? "").split(", ")) }));
}

function packageWords(verb: string, name: string, versions: readonly (string | undefined)[]): string {
  const told = versions.filter((version) => version && version !== "<none>" && version !== "automatic");
  return `${verb} ${name}${told.length > 0 ? ` ${told.join(" → ")}` : ""}`;
}

const UNIT_DONE = /^(Started|Reloaded|Restarted) (.{1,200})$/;

/** systemd's own lines of the site's units. One that a unit's crash made comes with the others: the text tells what happened, not who did it. */
function unitsIn(lines: readonly string[], reading: Reading): Change[] {
  const { gunicornUnit, caddyUnit, celeryUnit } = reading.names;
  const ours = [gunicornUnit, caddyUnit, celeryUnit].flatMap((name) => (name ? [name.replace(/\.service$/, "")] : []));
  return journalLines(lines.join("\n"), reading).flatMap(({ message, ms, ident }) => {
    const m = UNIT_DONE.exec(message);
    if (!m || ms === undefined || (ident !== undefined && ident !== "systemd")) return [];
    const unit = /^(\S{1,200})\.service\b/.exec(m[2] ?? "")?.[1];
    if (unit !== undefined && !ours.includes(unit)) return [];
    return [{ kind: "unit", at: ms, text: `${(m[1] ?? "").toLowerCase()} ${unit ?? m[2]}` }];
  });
}

/** `2026-11-22T12:00:01.1234567890+0000 /srv/app/x.py`, as find prints it (with ten digits of a second's fraction). */
function fileIn(line: string, { at, timezone }: Reading): Change | undefined {
  const stamp = stampOf(line.replace(/^(\S{19}\.\d{3})\d{1,9}/, "$1"), at, timezone);
  return stamp?.rest.startsWith("/") ? { kind: "file", at: stamp.ms, text: stamp.rest.slice(0, 300) } : undefined;
}
