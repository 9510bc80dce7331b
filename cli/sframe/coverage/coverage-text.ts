/** What `sframe coverage` measured, for people: a page for one file, a table for many. */

import { formatAddress } from '../../../parser';
import type {
  Coverage,
  CoverageSplit,
  CoverageTotals,
  MissingCause,
  MissingConsequence,
  MissingFunction,
} from '../../../sframe';
import type { LeftOut } from '../files/elf-files';
import { shown } from '../../text/printable';
import { formatCount, formatPlural, formatShare, formatSize, formatTable } from '../../text/text-columns';

const splitTexts: readonly (readonly [keyof CoverageSplit, string])[] = [
  ['both', '.sframe and .eh_frame'],
  ['ehFrameOnly', '.eh_frame alone'],
  ['sframeOnly', '.sframe alone'],
  ['neither', 'neither'],
];

const consequenceTexts: Readonly<Record<MissingConsequence, string>> = {
  'stacks-end': 'stacks end here',
  'signal-stacks-end': 'signal stacks end here',
  'plt-samples': 'samples here lose their callers',
  'none-outermost': 'no caller: nothing is lost',
  'no-table': 'not in .eh_frame either',
};

const causeTexts: Readonly<Record<MissingCause, string>> = {
  'no-sframe': '',
  unknown: '',
  expression: ': CFI is expressions (.cfi_escape)',
  'val-offset': ': .cfi_val_offset',
  'return-column': ': .cfi_return_column',
  'undefined-fp': ': .cfi_undefined of the frame pointer',
  'args-size': ': GNU_args_size (.cfi_escape 0x2e)',
  'ra-in-register': ': RA in a register (.cfi_register)',
  'fp-without-ra': ': FP saved without RA',
  'linker-plt': ': the linker wrote no rows for its PLT',
};

/**
 * The page of one file.
 * @param missing functions without rows, largest first, as many as are to be printed
 */
export function formatCoverage(coverage: Coverage, missing: readonly MissingFunction[]): string {
  const { codeBytes, bytes, functions } = coverage;
  const functionCount = sumOf(functions);
  let text = `${shown(coverage.name)}: ${describeVersions(coverage)}\n\n`;
  const rows = splitTexts.map(([key, label]) => [
    label,
    formatCount(bytes[key]),
    formatShare(bytes[key], codeBytes),
    formatCount(functions[key]),
    formatShare(functions[key], functionCount),
  ]);
  const head = ['covered by', 'code bytes', '', 'functions', ''];
  const total = ['all', formatCount(codeBytes), '', formatCount(functionCount), ''];
  text += formatTable([head, ...rows, total], ['left', 'right', 'right', 'right', 'right'], '  ');
  if (coverage.betweenFunctionsBytes > 0) {
    text += `  (of neither, ${formatPlural(coverage.betweenFunctionsBytes, 'byte')} `;
    text += `between functions: padding, jump tables)\n`;
  }
  return `${text}\n${formatSections(coverage)}${formatRows(coverage)}${formatMissing(coverage, missing)}`;
}

/** "SFrame V3"; version 2 is always said to be old. */
export function describeVersion(version: number): string {
  return version === 2 ? 'SFrame V2 (old format)' : `SFrame V${version}`;
}

function describeVersions({ versions, abiName }: Coverage): string {
  if (versions.length === 0) return 'no SFrame section';
  return `${versions.map(describeVersion).join(' and ')}, ${abiName}`;
}

function formatSections(coverage: Coverage): string {
  const { sframeSizeBytes, ehFrameSizeBytes, ehFrameHdrSizeBytes } = coverage;
  const ehTotal = ehFrameSizeBytes + ehFrameHdrSizeBytes;
  const rows = [
    ['.sframe', formatPlural(sframeSizeBytes, 'byte')],
    ['.eh_frame', formatPlural(ehFrameSizeBytes, 'byte')],
    ['.eh_frame_hdr', formatPlural(ehFrameHdrSizeBytes, 'byte')],
  ];
  let text = formatTable(rows, ['left', 'right'], '  ');
  if (sframeSizeBytes > 0 && ehTotal > 0) {
    const share = ((100 * sframeSizeBytes) / ehTotal).toFixed(0);
    text += `  .sframe has ${share} % of the size of .eh_frame and .eh_frame_hdr\n`;
  }
  return text;
}

function formatRows({ rows, versions }: Coverage): string {
  if (versions.length === 0) return '';
  const { fdes, flexFdes, maskFdes, signalFdes, emptyFdes, fres, fresByStartSize, flexFres } = rows;
  const [oneByte, twoBytes, fourBytes] = fresByStartSize;
  const n = formatCount;
  return (
    `\n  FDEs  ${n(fdes)}: ${n(fdes - flexFdes)} default, ${n(flexFdes)} flexible; ` +
    `${n(maskFdes)} repeated (PLT), ${n(signalFdes)} signal, ${n(emptyFdes)} outermost\n` +
    `  FREs  ${n(fres)}: ${n(fres - flexFres)} default, ${n(flexFres)} flexible; ` +
    `start of 1 byte ${n(oneByte)}, 2 bytes ${n(twoBytes)}, 4 bytes ${n(fourBytes)}\n`
  );
}

function formatMissing({ functions }: Coverage, missing: readonly MissingFunction[]): string {
  const count = functions.ehFrameOnly + functions.neither;
  if (count === 0) return '';
  let text = `\n  ${formatPlural(count, 'function')} without SFrame rows, the largest first:\n\n`;
  for (const each of missing) {
    const size = formatCount(each.sizeBytes).padStart(9);
    const name = each.name === undefined ? '' : `${shown(each.name)} `;
    const place = `${name}0x${formatAddress(each.startSvma)}`;
    const origin = each.origin === undefined ? '' : ` [${shown(each.origin)}]`;
    text += `  ${size}  ${place.padEnd(30)}  ${consequenceTexts[each.consequence]}${causeTexts[each.cause]}${origin}\n`;
  }
  const more = count - missing.length;
  return more > 0 ? `${text}             … and ${formatCount(more)} more (--limit 0 prints all)\n` : text;
}

function sumOf({ both, ehFrameOnly, sframeOnly, neither }: CoverageSplit): number {
  return both + ehFrameOnly + sframeOnly + neither;
}

/** A line of the table of files; totals have one too. */
interface TableLine {
  readonly codeBytes: number;
  readonly bytes: CoverageSplit;
  readonly functions: CoverageSplit;
  readonly sframeSizeBytes: number;
  readonly ehFrameSizeBytes: number;
  readonly ehFrameHdrSizeBytes: number;
}

/** The table of files, with totals. */
export function formatCoverageTable(coverages: readonly Coverage[], totals: CoverageTotals): string {
  const head = ['CODE', 'SFRAME', 'EH_FRAME', 'FUNCTIONS', '.sframe', '.eh_frame', 'V', 'FILE'];
  const lines = coverages.map((each) => tableLine(each, each.versions.join('+') || '-', shown(each.name)));
  const total = tableLine(
    totals,
    '',
    `${formatPlural(totals.files, 'file')}, ${formatCount(totals.filesWithSFrame)} with SFrame`,
  );
  const alignment = head.map((_, i) => (i < 7 ? 'right' : 'left'));
  return formatTable([head, ...lines, total], alignment);
}

function tableLine(line: TableLine, version: string, name: string): string[] {
  const { codeBytes, bytes, functions } = line;
  const withSFrame = functions.both + functions.sframeOnly;
  return [
    formatSize(codeBytes),
    formatShare(bytes.both + bytes.sframeOnly, codeBytes),
    formatShare(bytes.both + bytes.ehFrameOnly, codeBytes),
    `${withSFrame}/${sumOf(functions)}`,
    line.sframeSizeBytes === 0 ? '-' : formatSize(line.sframeSizeBytes),
    formatSize(line.ehFrameSizeBytes + line.ehFrameHdrSizeBytes),
    version,
    name,
  ];
}

const leftOutTexts: Readonly<Record<LeftOut, string>> = {
  'not-elf': 'no programs or libraries',
  relocatable: 'relocatable (.o, .a, kernel modules)',
  'other-machine': 'for other machines, or 32-bit',
  'no-code': 'without code (debug files)',
  unreadable: 'could not be read',
  special: 'sockets, devices and pipes',
};

/** What a walk over folders left out, a line for each reason; empty when nothing was. */
export function formatLeftOut(leftOut: ReadonlyMap<LeftOut, number>): string {
  const lines = [...leftOut].map(([reason, count]) => [formatCount(count), leftOutTexts[reason]]);
  return lines.length === 0 ? '' : `left out:\n${formatTable(lines, ['right', 'left'], '  ')}`;
}
