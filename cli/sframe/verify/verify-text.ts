/** What `sframe verify` found, for people: differences by function and kind with both rows side by side. */

import { elf, formatAddress, machines } from '../../../parser';
import {
  type DifferenceKind,
  type DifferentRange,
  type FunctionDifferences,
  FunctionNames,
  type KindOfDifference,
  type RecoveryRow,
  type Verdict,
  type Verification,
} from '../../../sframe';
import { shown } from '../../text/printable';
import { describeVersion } from '../coverage/coverage-text';
import { formatRecoveryRow, type RowNotation } from './row-text';
import { formatCount, formatPlural } from '../../text/text-columns';

/** What each kind is called. */
export const kindTexts: Readonly<Record<DifferenceKind, string>> = {
  'wrong-cfa': 'wrong CFA',
  'fp-rule-lost': 'FP rule lost',
  'wrong-fp': 'wrong FP',
  'wrong-ra': 'wrong RA',
  'wrong-ra-signing': 'wrong state of RA signing',
  'wrong-pauth-key': 'wrong key of RA signing',
  'wrong-signal-flag': 'wrong signal flag',
  'false-outermost': 'stack ends, though there is a caller',
  'missed-outermost': 'stack goes on, though there is no caller',
  'empty-signal-fde': 'signal trampoline without rows: its stack ends',
  'missing-rows': 'missing rows',
  'extra-rows': 'rows beyond the function',
  'unreadable-rows': 'unreadable rows',
  'not-comparable': 'cannot be compared',
};

const verdictTexts: Readonly<Record<Verdict, string>> = {
  agrees: 'agrees',
  differs: 'differs',
  damaged: 'damaged',
  'no-reference': 'nothing to compare with',
  'structure-only': 'well-formed',
  'no-sframe': 'no SFrame section',
};

const LEFT_WIDTH = 26;

/**
 * The report of one file.
 * @param limit functions printed in full
 */
export function formatVerification(verification: Verification, verdict: Verdict, limit: number): string {
  const { image } = verification;
  let text = `${shown(image.name)}: ${verdictTexts[verdict]}\n${formatScope(verification)}`;
  for (const finding of verification.structure) {
    text += `  ${finding.code}${finding.count > 1 ? ` (${formatCount(finding.count)} times)` : ''}\n`;
    for (const example of finding.examples) {
      const where = example.where.startsWith(image.name)
        ? example.where.slice(image.name.length).replace(/^, /, '')
        : example.where;
      text += `    ${where === '' ? '' : `${where}: `}${shown(example.text)}\n`;
    }
  }
  text += formatDifferences(verification, limit);
  if (verification.uncoveredFdes > 0 && verdict !== 'no-sframe') {
    const { uncoveredFdes, referenceFdes } = verification;
    text += `  without SFrame rows: ${formatCount(uncoveredFdes)} of `;
    text += `${formatPlural(referenceFdes, 'function')} (see sframe coverage)\n`;
  }
  if (verification.unreferencedFdes > 0) {
    const { unreferencedFdes, unreferencedBytes } = verification;
    text += `  nothing to compare with: ${formatPlural(unreferencedFdes, 'function')}, `;
    text += `${formatPlural(unreferencedBytes, 'byte')}\n`;
  }
  if (verification.referenceDamage > 0) {
    text += `  damaged entries in what it was compared with: ${formatCount(verification.referenceDamage)}\n`;
  }
  return text;
}

/** What was looked at, and what it was compared with. */
function formatScope({ sections, image, referenceNames, ...verification }: Verification): string {
  if (sections.length === 0) return '';
  const labels = sections.map(({ version, abiName }) => `${describeVersion(version)}, ${abiName}`);
  const label = [...new Set(labels)].join('; ');
  if (image.type === elf.ET_REL) return `  ${label}; relocatable: its rows wait for the linker\n`;
  if (referenceNames.length === 0) return `  ${label}; no .eh_frame or .debug_frame to compare with\n`;
  const { comparedFdes, comparedBytes } = verification;
  const scope = `${formatPlural(comparedFdes, 'function')}, ${formatPlural(comparedBytes, 'byte')}`;
  return `  ${label}; compared with ${referenceNames.join(', ')}: ${scope}\n`;
}

function formatDifferences(verification: Verification, limit: number): string {
  const { differences, image } = verification;
  if (differences.functions.length === 0) return '';
  const names = new FunctionNames(image);
  const notation = notationOf(verification);
  const referenceName = verification.referenceNames[0] ?? 'reference';
  let text = '\n';
  for (const each of differences.functions.slice(0, limit)) {
    text += `  ${formatFunction(each, names)}\n`;
    for (const kind of each.kinds) text += formatKind(kind, referenceName, notation);
    text += '\n';
  }
  const more = differences.functions.length - limit;
  if (more > 0) text += `  … and ${formatPlural(more, 'function')} more (--limit 0 prints all)\n\n`;
  for (const [kind, { functions, bytes }] of differences.totals) {
    text += `  ${kindTexts[kind]}: ${formatPlural(functions, 'function')}, ${formatPlural(bytes, 'byte')}\n`;
  }
  return text;
}

function formatFunction({ startSvma, endSvma }: FunctionDifferences, names: FunctionNames): string {
  const name = names.nameOf(startSvma);
  const size = formatPlural(endSvma - startSvma, 'byte');
  return `${name === undefined ? '' : `${shown(name)}  `}0x${formatAddress(startSvma)}, ${size}`;
}

function formatKind(kind: KindOfDifference, referenceName: string, notation: RowNotation): string {
  let text = `    ${kindTexts[kind.kind]}: ${formatPlural(kind.bytes, 'byte')}\n`;
  const hasRows = kind.ranges.some(({ sframe, reference }) => sframe ?? reference);
  const head = hasRows ? `${'SFrame'.padEnd(LEFT_WIDTH)}${referenceName}` : '';
  if (hasRows) text += `      ${'from'.padEnd(14)}${'to'.padEnd(14)}${head}\n`;
  for (const range of kind.ranges) text += `      ${formatRange(range, notation, hasRows)}\n`;
  const more = kind.rangeCount - kind.ranges.length;
  return more > 0 ? `${text}      … and ${formatPlural(more, 'range')} more\n` : text;
}

function formatRange(range: DifferentRange, notation: RowNotation, hasRows: boolean): string {
  const [from, to] = [range.startSvma, range.endSvma].map((svma) => `0x${formatAddress(svma)}`);
  if (!hasRows) return `${from} to ${to}`;
  const row = (side: RecoveryRow | undefined) => (side ? formatRecoveryRow(side, notation) : '-');
  const left = row(range.sframe);
  return `${from.padEnd(13)} ${to.padEnd(13)} ${left.padEnd(LEFT_WIDTH - 1)} ${row(range.reference)}`;
}

/** How the rows of a file are written. */
export function notationOf({ image }: Verification): RowNotation {
  return { machine: machines.ofElf(image.machine), littleEndian: image.littleEndian };
}

/** The last lines of a run over several files. */
export function formatVerifySummary(verdicts: ReadonlyMap<Verdict, number>): string {
  const texts: Record<Verdict, string> = {
    agrees: 'agree',
    differs: 'differ',
    damaged: 'are damaged',
    'no-reference': 'have nothing to be compared with',
    'structure-only': 'are relocatable and well-formed',
    'no-sframe': 'have no SFrame section',
  };
  let text = '';
  for (const verdict of Object.keys(texts) as Verdict[]) {
    const count = verdicts.get(verdict);
    if (count !== undefined) text += `${formatCount(count).padStart(8)} ${texts[verdict]}\n`;
  }
  return text;
}
