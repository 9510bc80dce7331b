/** The page that `perf-sframe info` prints: 80 columns, read first by a person whose stacks are broken. */

import {
  Feature,
  hasFlag,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_REGS_USER,
  PERF_SAMPLE_STACK_USER,
} from '../../parser';
import { stopReasonTexts } from '../../unwinder';
import type { BinaryFacts, RecordingFacts } from './recording-facts';
import type { Session } from '../../profile';
import { cureOfStop } from './cures';
import { shown } from '../text/printable';

const LABEL_WIDTH = 14;
const PROCESSES_SHOWN = 5;

export function formatInfo(path: string, session: Session, facts: RecordingFacts): string {
  const { recording, unwinding } = session;
  const { architecture } = unwinding;
  const lines: string[] = [];
  const row = (label: string, text: string): void => {
    lines.push(`${label.padEnd(LABEL_WIDTH)}${text}`);
  };
  const feature = (number: number): string | undefined => {
    const text = recording.stringFeature(number);
    return text === undefined ? undefined : shown(text);
  };
  const { sizeBytes } = recording;
  row('Recording', sizeBytes === undefined ? shown(path) : `${shown(path)}, ${formatSize(sizeBytes)}`);
  row(
    'Made by',
    `perf ${feature(Feature.VERSION) ?? '(version not recorded)'} on Linux ${feature(Feature.OSRELEASE) ?? '(unknown)'}, ${feature(Feature.ARCH) ?? 'machine not recorded'}${architecture ? '' : ' (stacks of this machine cannot be unwound here)'}`,
  );
  row(
    'Samples',
    `${facts.samples}${formatDuration(facts)}, ${facts.lostSamples === 0 ? 'none lost' : `${facts.lostSamples} lost`}`,
  );
  for (const { event, samples } of facts.samplesByEvent)
    row(
      '  event',
      `${shown(event.name)}: ${samples} samples, ${formatRate(event.attr.samplePeriod, hasFlag(event.attr, 'freq'))}`,
    );
  row('Processes', `${facts.processes.length}, with ${facts.threadCount} threads that were sampled`);
  for (const process of facts.processes.slice(0, PROCESSES_SHOWN)) {
    row('', `${percent(process.samples, facts.samples)}  ${shown(process.comm)} (${process.pid})`);
  }
  // Perf records mappings with an event of its own that never samples, and has no stacks to judge.
  const sampled = facts.samplesByEvent.filter(({ samples }) => samples > 0);
  const judged = sampled.length > 0 ? sampled : facts.samplesByEvent;
  const stackSources = judged.map(({ event: { attr } }) =>
    formatStackSource(attr.sampleType, attr.sampleRegsUser, attr.sampleStackUser),
  );
  for (const source of new Set(stackSources)) row('User stacks', source);
  if (facts.unwoundSamples > 0) {
    row('Stacks end', 'by what unwinding them came upon:');
    for (const stop of facts.stops) {
      row('', `${percent(stop.samples, facts.unwoundSamples)}  ${stopReasonTexts[stop.reason]}`);
      const cure = cureOfStop(stop.reason, session);
      if (cure !== undefined) row('', `         ${cure}`);
    }
  }
  lines.push('', ...formatBinaries(facts));
  return `${lines.join('\n')}\n`;
}

function formatBinaries(facts: RecordingFacts): string[] {
  const lines = [
    'Binaries by their share of samples (taken in them, and with them in the stack):',
    '',
    '   self   total  SFrame         .eh_frame  symbols  debug  binary',
  ];
  for (const binary of facts.binaries) {
    const share = `${percent(binary.selfSamples, facts.samples)} ${percent(binary.totalSamples, facts.samples)}`;
    lines.push(`${share}  ${formatTables(binary)}  ${shown(binary.module.path)}`);
    for (const remark of remarksOn(binary)) lines.push(`${' '.repeat(17)}${shown(remark)}`);
  }
  return lines;
}

function formatTables({ module, tables }: BinaryFacts): string {
  if (module.isKernel) return '(kernel)'.padEnd(41);
  if (!tables) return '(no file)'.padEnd(41);
  const sframe =
    tables.sframeVersion === undefined ? '-' : `V${tables.sframeVersion}, ${tables.sframeFunctions} fn`;
  const ehFrame = tables.ehFrameFunctions === 0 ? '-' : `${tables.ehFrameFunctions} fn`;
  const yes = (has: boolean): string => (has ? 'yes' : '-');
  return [
    sframe.padEnd(13),
    ehFrame.padEnd(9),
    yes(tables.hasSymbols).padEnd(7),
    yes(tables.hasDebugInformation).padEnd(6),
  ].join('  ');
}

/** What is wrong with a binary, and what would mend it. */
function remarksOn({ module, located, tables }: BinaryFacts): string[] {
  if (module.isKernel || !located) return [];
  const remarks: string[] = [];
  if (located.problem && located.problem.code !== 'no-file')
    remarks.push(`not used: ${located.problem.text}`);
  for (const refused of located.refused) {
    if (refused !== located.problem) remarks.push(`debug file not used: ${refused.text}`);
  }
  if (!tables) return remarks;
  const covers = tables.sframeVersion !== undefined && tables.sframeFunctions * 4 >= tables.ehFrameFunctions;
  if (tables.sframeVersion !== undefined && !covers) {
    remarks.push(
      `its SFrame covers ${tables.sframeFunctions} of ${tables.ehFrameFunctions} functions: build it with -Wa,--gsframe-3`,
    );
  }
  if (!tables.hasSymbols)
    remarks.push('no .symtab: install its debug package, or look for it with --debug-dir');
  return remarks;
}

function formatStackSource(sampleType: number, registers: bigint, stackSizeBytes: number): string {
  const parts: string[] = [];
  const needed = PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
  if ((sampleType & needed) === needed) {
    parts.push(`registers 0x${registers.toString(16)} and ${stackSizeBytes} bytes of stack (unwound here)`);
  }
  if (sampleType & PERF_SAMPLE_CALLCHAIN) parts.push('callchains recorded by the kernel');
  return parts.length > 0 ? parts.join('; ') : 'none: record with perf record --call-graph dwarf';
}

function formatDuration(facts: RecordingFacts): string {
  return facts.durationSeconds === undefined ? '' : ` in ${facts.durationSeconds.toFixed(3)} s`;
}

function formatRate(period: bigint, isFrequency: boolean): string {
  return isFrequency ? `${period} a second asked for` : `one in ${period}`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(2)}%`.padStart(7);
}

function formatSize(sizeBytes: number): string {
  const mebibytes = sizeBytes / 1024 ** 2;
  return mebibytes >= 1 ? `${mebibytes.toFixed(1)} MiB` : `${(sizeBytes / 1024).toFixed(1)} KiB`;
}
