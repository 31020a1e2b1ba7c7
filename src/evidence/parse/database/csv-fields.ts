/** The fields of one line of CSV; a quoted field may hold the separator and doubled quotes, and may be cut before its closing quote. */
export function csvFields(line: string, separator: string): string[] {
  const fields: string[] = [];
  const quotedField = /"((?:[^"]|"")*)"?/y;
  let at = 0;
  while (at <= line.length) {
    quotedField.lastIndex = at;
    const quoted = quotedField.exec(line);
    const end = line.indexOf(separator, at + (quoted?.[0].length ?? 0));
    fields.push(quoted ? (quoted[1] ?? "").replaceAll('""', '"') : line.slice(at, end < 0 ? undefined : end));
    if (end < 0) break;
    at = end + separator.length;
  }
  return fields;
}
