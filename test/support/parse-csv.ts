/** Reads CSV as RFC 4180 has it, and refuses anything else. Made without the library that writes it. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    const [field, end] = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    row.push(field);
    if (text[end] === ',') {
      at = end + 1;
      // A comma at the very end of the text would have a field behind it.
      continue;
    }
    if (text.slice(end, end + 2) !== '\r\n') throw new Error(`Row ${rows.length + 1} does not end in CRLF`);
    rows.push(row);
    row = [];
    at = end + 2;
  }
  if (row.length > 0) throw new Error('The last row has no end');
  return rows;
}

/** @returns the field, and where it ends */
function readQuoted(text: string, start: number): [string, number] {
  let field = '';
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new Error('A quote is not closed');
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [field, quote + 1];
    field += '"';
    at = quote + 2;
  }
}

function readPlain(text: string, start: number): [string, number] {
  const end = start + text.slice(start).search(/[,\r\n"]|$/);
  if (text[end] === '"') throw new Error('A quote stands in a field that is not quoted');
  return [text.slice(start, end), end];
}
