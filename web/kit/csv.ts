// What is shown, as a file: CSV with a byte-order mark, which Excel in China opens rightly.

function cell(value: string): string {
  // A leading = + - @ would run as a formula in a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

let note: () => string[] = () => [];

/** Sets the line that ends every saved file: where, when, by whom, exercise or not. */
export function noteOfExports(say: () => string[]): void {
  note = say;
}

/** The line that ends every saved file. */
export function exportNote(): string[] {
  return note().filter(Boolean);
}

/** Rows to CSV text. */
export function toCsv(head: string[], rows: string[][]): string {
  return `\uFEFF${[head, ...rows].map((r) => r.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Offers text as a file to save. */
export function saveFile(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
