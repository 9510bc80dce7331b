/** What `sframe diff` found, for people and as JSON. */

import { formatAddress } from '../../../parser';
import type { ChangedFunction, NamedFunction, SectionDifference } from '../../../sframe';
import { shown } from '../../text/printable';
import { formatCount, formatPlural } from '../../text/text-columns';

/** The report. @param limit functions of each kind that are printed */
export function formatDifference(difference: SectionDifference, limit: number): string {
  const { sizeBytes, fdeCount, lost, gained, changed, sameFunctions } = difference;
  const [before, after] = sizeBytes;
  const growth = `${after < before ? '' : '+'}${formatCount(after - before)}`;
  let text = `.sframe  ${formatCount(before)} → ${formatPlural(after, 'byte')} (${growth}); `;
  text += `FDEs ${formatCount(fdeCount[0])} → ${formatCount(fdeCount[1])}; ${formatCount(sameFunctions)} the same\n`;
  text += formatList('lost their rows', lost, limit, formatNamed);
  text += formatList('gained rows', gained, limit, formatNamed);
  return text + formatList('changed', changed, limit, formatChanged);
}

function formatList<T>(
  title: string,
  list: readonly T[],
  limit: number,
  format: (item: T) => string,
): string {
  if (list.length === 0) return '';
  const more = list.length - limit;
  const rest = more > 0 ? `  … and ${formatCount(more)} more (--limit 0 prints all)\n` : '';
  return `\n${formatPlural(list.length, 'function')} ${title}:\n${list.slice(0, limit).map(format).join('')}${rest}`;
}

function formatNamed({ name, startSvma, sizeBytes }: NamedFunction): string {
  return `  ${shown(name)}  0x${formatAddress(startSvma)}, ${formatPlural(sizeBytes, 'byte')}\n`;
}

/** Rows that both have are left out. */
function formatChanged({ name, before, after }: ChangedFunction): string {
  let text = `  ${shown(name)}  0x${formatAddress(before.startSvma)} → 0x${formatAddress(after.startSvma)}, `;
  text += `${formatCount(before.sizeBytes)} → ${formatPlural(after.sizeBytes, 'byte')}\n`;
  for (const row of before.rows) if (!after.rows.includes(row)) text += `    - ${row}\n`;
  for (const row of after.rows) if (!before.rows.includes(row)) text += `    + ${row}\n`;
  return text;
}

/** The JSON's members but for its head. */
export function differenceJson({
  sizeBytes,
  fdeCount,
  lost,
  gained,
  changed,
  sameFunctions,
}: SectionDifference) {
  const hex = (svma: number) => `0x${formatAddress(svma)}`;
  const version = ({ startSvma, sizeBytes: size, rows }: Omit<NamedFunction, 'name'>) => ({
    start: hex(startSvma),
    sizeBytes: size,
    rows,
  });
  const named = (each: NamedFunction) => ({ name: each.name, ...version(each) });
  return {
    sizeBytes: { before: sizeBytes[0], after: sizeBytes[1] },
    fdeCount: { before: fdeCount[0], after: fdeCount[1] },
    sameFunctions,
    lost: lost.map(named),
    gained: gained.map(named),
    changed: changed.map(({ name, before, after }) => ({
      name,
      before: version(before),
      after: version(after),
    })),
  };
}
