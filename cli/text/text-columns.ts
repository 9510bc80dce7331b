/** Numbers and columns as tables for people have them. */

/** Digits in groups of three: 1,234,567. */
export function formatCount(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 function", "2 functions". */
export function formatPlural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A share in percent; "-" where there is nothing to have a share of. 100 % and 0 % are exact, never rounded to. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '-';
  const percent = (100 * part) / whole;
  const isExact = part === 0 || part === whole;
  if (!isExact && percent > 99.9) return '>99.9 %';
  if (!isExact && percent < 0.1) return '<0.1 %';
  return `${percent.toFixed(1)} %`;
}

/** A size in at most five characters: 812, 1.5K, 12.3M. */
export function formatSize(sizeBytes: number): string {
  let size = sizeBytes;
  for (const unit of ['', 'K', 'M', 'G', 'T']) {
    if (size < 999.5 || unit === 'T') return unit === '' ? String(size) : `${formatThreeDigits(size)}${unit}`;
    size /= 1024;
  }
  return String(sizeBytes);
}

function formatThreeDigits(size: number): string {
  return size < 99.95 ? size.toFixed(1) : size.toFixed(0);
}

/** Rows of cells as lines; columns are as wide as their widest cell, two spaces apart. */
export function formatTable(
  rows: readonly (readonly string[])[],
  alignment: readonly ('left' | 'right')[],
  indent = '',
): string {
  const widths = alignment.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) =>
      alignment[i] === 'left' ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
    );
    return `${indent}${cells.join('  ').trimEnd()}\n`;
  });
  return lines.join('');
}
