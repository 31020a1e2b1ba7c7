import { csvFields } from "./csv-fields.ts";
import { plainLines } from "../text/plain-lines.ts";

/** One row of a query's result: values by column (lower case), as printed; a null prints as nothing. */
export type Row = ReadonlyMap<string, string>;

/** One result table. `complete` is false where rows, columns or the footer are missing: then what it does not hold proves nothing. */
export type Table = { columns: readonly string[]; rows: readonly Row[]; complete: boolean };

const RECORD = /^-\[ RECORD (\d{1,9}) \]/;
const RULE = /^ ?[-+]{3,}$/;
const FOOTER = /^\((\d{1,9}) rows?\)$/;
const DELIMITED_HEADER = /^"?[a-z_]{2,30}"?(?:[|,]"?[a-z_]{2,30}"?){1,40}$/i;

/** A look asks for hundreds of rows at most; what follows this many lines is left unread, and the result is not complete. */
const MOST_LINES = 50_000;

/** A cell of several lines is kept up to about here. */
const LONGEST_CELL = 8_192;

/**
 * Every result table in psql's output: aligned, expanded, unaligned (`|`) or CSV with a header, or JSON (an array of objects, or
 * one a line). What belongs to no table is passed over; a last line without its end is dropped. Cells of several lines are joined; an excess of `|` belongs to the last column.
 */
export function psqlTables(text: string): Table[] {
  const json = jsonTable(text);
  if (json) return [json];
  const all = plainLines(text);
  const closed = text.endsWith("\n") && all.length <= MOST_LINES;
  const lines = all.slice(0, Math.min(MOST_LINES, all.length - 1)).map((line) => line.trimEnd());
  const expanded = lines.some((line) => RECORD.test(line));
  const tables = expanded ? expandedTables(lines) : alignedTables(lines);
  if (tables.length === 0) tables.push(...delimitedTable(lines));
  return closed ? tables : tables.map((table, at) => ({ ...table, complete: table.complete && at < tables.length - 1 }));
}

function expandedTables(lines: readonly string[]): Table[] {
  const tables: Table[] = [];
  let rows: Map<string, string>[] = [];
  let inOrder = true;
  let lastKey = "";
  const close = (): void => void (rows.length > 0 && tables.push(tableOf(rows, inOrder)));
  for (const line of lines) {
    const number = Number(RECORD.exec(line)?.[1]);
    if (number === 1) {
      close();
      rows = [];
      inOrder = true;
    }
    const bar = line.indexOf("|");
    const key = line.slice(0, Math.max(bar, 0)).trim().toLowerCase() || lastKey;
    if (number > 0) {
      inOrder &&= number === rows.length + 1;
      rows.push(new Map());
    } else if (bar >= 0) {
      const repeated = key !== lastKey && rows.at(-1)?.has(key) === true;
      if (repeated || rows.length === 0) {
        inOrder = false;
        rows.push(new Map());
      }
      extend(rows.at(-1), key, line.slice(bar + 1).trim());
      lastKey = key;
    }
  }
  close();
  return tables;
}

function tableOf(rows: readonly Map<string, string>[], inOrder: boolean): Table {
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return { columns, rows, complete: inOrder && rows.every((row) => row.size === columns.length) };
}

function alignedTables(lines: readonly string[]): Table[] {
  const tables: Table[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (FOOTER.exec(line)?.[1] === "0") tables.push({ columns: [], rows: [], complete: true });
    if (!RULE.test(line)) continue;
    const header = lines[at - 1] ?? "";
    const columns = FOOTER.test(header) ? [] : header.split("|").map((name) => name.trim().toLowerCase());
    const body = bodyBelow(lines, at + 1);
    tables.push(alignedTable(columns, body, lines[at + 1 + body.length]));
    at += body.length + 1;
  }
  return tables;
}

function bodyBelow(lines: readonly string[], from: number): string[] {
  let end = from;
  while (end < lines.length && !FOOTER.test(lines[end] ?? "") && !RULE.test(lines[end] ?? "") && lines[end] !== "") end++;
  return lines.slice(from, end);
}

function alignedTable(columns: readonly string[], body: readonly string[], below: string | undefined): Table {
  const rows: Map<string, string>[] = [];
  body.forEach((line, at) => {
    const cells = cellsOf(line, columns.length);
    const continues = cells[0] === "" && /\+\s*(?:\||$)/.test(body[at - 1] ?? "");
    if (!continues) rows.push(new Map(columns.map((name, column) => [name, cells[column] ?? ""])));
    else columns.forEach((name, column) => cells[column] && extend(rows.at(-1), name, cells[column]));
  });
  const footer = FOOTER.exec(below ?? "")?.[1];
  return { columns, rows, complete: columns[0] !== "" && columns.length > 0 && Number(footer) === rows.length };
}

function delimitedTable(lines: readonly string[]): Table[] {
  const header = lines.findIndex((line) => DELIMITED_HEADER.test(line));
  const names = lines[header];
  if (names === undefined) return [];
  const separator = names.includes("|") ? "|" : ",";
  const columns = csvFields(names, separator).map((name) => name.toLowerCase());
  const body = lines.slice(header + 1).filter((line) => line !== "");
  const footerAt = body.findIndex((line) => FOOTER.test(line));
  const rows = (footerAt < 0 ? body : body.slice(0, footerAt)).map((line) => {
    const cells = separator === "|" ? cellsOf(line, columns.length) : csvFields(line, separator);
    return new Map(columns.map((name, column) => [name, cells[column] ?? ""]));
  });
  return [{ columns, rows, complete: footerAt < 0 || Number(FOOTER.exec(body[footerAt] ?? "")?.[1]) === rows.length }];
}

function jsonTable(text: string): Table | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const parsed = jsonIn(text) ?? plainLines(text).flatMap((line) => jsonIn(line) ?? []);
  const objects = (Array.isArray(parsed) ? parsed : [parsed]).filter((row): row is object => typeof row === "object" && row !== null);
  if (objects.length === 0 && !/^\s*\[\s*\]\s*$/.test(text)) return undefined;
  const rows = objects.map((row) => new Map(Object.entries(row).map(([key, value]) => [key.toLowerCase(), cellText(value)])));
  const complete =
    jsonIn(text) !== undefined || (text.endsWith("\n") && plainLines(text).every((line) => line === "" || jsonIn(line) !== undefined));
  return { columns: [...new Set(rows.flatMap((row) => [...row.keys()]))], rows, complete };
}

function jsonIn(text: string): unknown {
  if (!/^\s*[[{]/.test(text) || !/[\]}]\s*$/.test(text.slice(-100))) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return Array.isArray(value) ? `{${value.filter((one) => typeof one !== "object").join(",")}}` : flatText(value);
}

/** A number, a boolean, or an object's own fields: what lies deeper is no cell. */
function flatText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one !== "object")));
}

function cellsOf(line: string, columns: number): string[] {
  const cells = line.split("|");
  const before = Math.max(columns, 1) - 1;
  return [...cells.slice(0, before), cells.slice(before).join("|")].map((cell) => cell.trim());
}

/** Sets a cell, or joins a further line of it; psql marks a line that goes on with `+`. */
function extend(row: Map<string, string> | undefined, column: string, value: string): void {
  const before = row?.get(column);
  if (before === undefined) row?.set(column, value);
  else if (before.length < LONGEST_CELL) row?.set(column, `${before.endsWith("+") ? before.slice(0, -1).trimEnd() : before} ${value}`);
}
