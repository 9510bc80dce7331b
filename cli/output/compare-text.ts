/** The summary that `perf-sframe compare` prints: one screen of 80 columns, then the divergences with examples. */

import { stopReasonTexts } from '../../unwinder';
import type { Comparison, DivergenceGroup } from '../compare/comparison';
import { divergenceCauses } from '../compare/divergence-cause';
import type { MethodRun } from '../compare/method-run';
import type { Session } from '../pipeline/session';
import { printable } from './printable';

const METHOD_WIDTH = 10;
const GROUPS_SHOWN = 10;
const REBUILDS_SHOWN = 5;
const STOPS_SHOWN = 3;
const EXAMPLES_SHOWN = 3;
const EXAMPLE_FRAMES = 4;

/** @param path of the recording */
export function formatComparison(path: string, session: Session, comparison: Comparison): string {
  const { comparedSamples, skippedSamples } = comparison;
  const skipped = skippedSamples > 0 ? `; ${skippedSamples} others have no registers or stack copy` : '';
  const lines = [
    `${printable(path)}: ${comparedSamples} samples unwound by ${comparison.runs.map((run) => run.name).join(', ')}${skipped}`,
    '',
    ...formatMethods(comparison),
    '',
    ...formatPairs(comparison),
    '',
    ...formatCoverage(comparison),
    '',
    ...formatStackSizes(comparison),
    '',
    ...formatDivergences(session, comparison),
  ];
  return `${lines.join('\n')}\n`;
}

function formatMethods({ runs }: Comparison): string[] {
  const lines = ['method     complete  mean depth  deepest     frames  frames/s  stacks end by'];
  for (const run of runs) {
    const complete = run.name === 'recorded' ? '-' : percent(run.completeStacks, run.samples);
    const depth = (run.frames / Math.max(1, run.samples)).toFixed(1);
    const speed = run.elapsedMs > 0 ? `${((run.frames / run.elapsedMs) * 1e-3).toFixed(1)} M` : '-';
    const stops = formatStops(run);
    lines.push(
      `${run.name.padEnd(METHOD_WIDTH)} ${complete.padStart(8)} ${depth.padStart(11)} ${String(run.deepest).padStart(8)} ${String(run.frames).padStart(10)} ${speed.padStart(9)}  ${stops[0] ?? ''}`,
    );
    for (const stop of stops.slice(1)) lines.push(`${' '.repeat(64)}${stop}`);
  }
  return lines;
}

function formatStops(run: MethodRun): string[] {
  if (run.name === 'recorded') return ['(recorded)'];
  return run.stops
    .map((samples, reason) => ({ samples, reason }))
    .filter(({ samples }) => samples > 0)
    .sort((a, b) => b.samples - a.samples)
    .slice(0, STOPS_SHOWN)
    .map(({ samples, reason }) => `${stopReasonTexts[reason]} ${percent(samples, run.samples)}`);
}

function formatPairs({ pairs, comparedSamples }: Comparison): string[] {
  const lines = ['pair                  identical    one ends sooner    diverged'];
  for (const { right, other, relations } of pairs) {
    lines.push(
      `${`${right} / ${other}`.padEnd(20)} ${percent(relations.identical, comparedSamples).padStart(10)} ${percent(relations.prefix, comparedSamples).padStart(18)} ${percent(relations.diverged, comparedSamples).padStart(11)}`,
    );
  }
  return lines;
}

function formatCoverage({ coverage }: Comparison): string[] {
  const lines = [
    `SFrame leads from every frame to its caller in ${percent(coverage.coveredSamples, coverage.samples)} of the samples.`,
  ];
  const ranked = coverage.rankRebuilds().slice(0, REBUILDS_SHOWN);
  if (ranked.length > 0)
    lines.push('Rebuild with -Wa,--gsframe-3 first (gain alone, covered after all so far):');
  for (const candidate of ranked) {
    const covered = percent(coverage.coveredSamples + candidate.gainInOrder, coverage.samples);
    lines.push(
      `  ${`+${percent(candidate.gainAlone, coverage.samples)}`.padStart(9)} ${covered.padStart(9)}  ${printable(candidate.binary)}`,
    );
  }
  return lines;
}

function formatStackSizes({ stackSizes }: Comparison): string[] {
  const size = (share: number): string => {
    const bytes = stackSizes.sizeFor(share);
    return bytes === undefined ? 'more than was recorded' : `dwarf,${bytes}`;
  };
  return [
    `Stack copies cut off: ${percent(stackSizes.cutOffSamples, stackSizes.samples)}. Sizes that suffice: 90 % ${size(0.9)}, 99 % ${size(0.99)}, 100 % ${size(1)}.`,
  ];
}

function formatDivergences(session: Session, comparison: Comparison): string[] {
  const groups = comparison.divergences.filter((group) => group.right === 'dwarf');
  if (groups.length === 0) return ['No chain differs from the one by DWARF.'];
  const lines = ['Where chains part from those by DWARF:'];
  for (const group of groups.slice(0, GROUPS_SHOWN)) {
    lines.push(
      `${percent(group.samples, comparison.comparedSamples).padStart(8)}  ${group.other.padEnd(8)} ${divergenceCauses[group.cause]}`,
      `${' '.repeat(19)}in ${printable(group.symbol)} (${printable(baseName(group.binary))})`,
    );
  }
  if (groups.length > GROUPS_SHOWN)
    lines.push(`          and ${groups.length - GROUPS_SHOWN} more places (--format json lists all)`);
  for (const group of groups.slice(0, EXAMPLES_SHOWN)) lines.push('', ...formatExample(session, group));
  return lines;
}

function formatExample(session: Session, group: DivergenceGroup): string[] {
  const { example } = group;
  const { times } = session.recording;
  const time =
    example.timeDelta === undefined
      ? ''
      : ` at ${times.secondsOf(example.timeDelta)}.${String(times.nanosecondsOf(example.timeDelta)).padStart(9, '0')}`;
  const from = Math.max(0, example.firstDifference - 1);
  const lines = [
    `Example, ${divergenceCauses[group.cause]}: ${printable(example.thread)} ${example.tid}${time}, from frame ${from}`,
  ];
  const name = (frames: Int32Array, index: number): string => {
    if (index >= frames.length) return index === frames.length ? '(ends here)' : '';
    const { symbol } = session.names.resolve(frames[index]);
    return symbol ?? session.names.addressText(frames[index]);
  };
  lines.push(`    ${group.right.padEnd(36)} ${group.other}`);
  for (let index = from; index < from + EXAMPLE_FRAMES; index++) {
    const mark = index === example.firstDifference ? '>' : ' ';
    const left = printable(name(example.rightFrames, index)).slice(0, 36);
    lines.push(
      `  ${mark} ${left.padEnd(36)} ${printable(name(example.otherFrames, index)).slice(0, 38)}`.trimEnd(),
    );
  }
  return lines;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(2)}%`;
}
