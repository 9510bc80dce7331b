/** Comma-separated values (RFC 4180), safe to open in a spreadsheet. */

/** Text that a spreadsheet would take for a formula, which may start programs there. */
const formula = /^[=+\-@\t\r]/;

/**
 * A field; quoted where a comma, quote or line end would end it. A name that begins like a formula gets an apostrophe before
 * it, which spreadsheets take for "this is text". Nothing for null.
 */
export function csvField(value: string | number | bigint | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
