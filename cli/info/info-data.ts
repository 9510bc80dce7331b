/** What `info` says, as JSON for programs (docs/json.md). */

import {
  Feature,
  hasFlag,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_REGS_USER,
  PERF_SAMPLE_STACK_USER,
} from '../../parser';
import type { Session } from '../../profile';
import { StopReason, stopReasonTexts } from '../../unwinder';
import { cureOfStop } from './cures';
import type { RecordingFacts } from './recording-facts';

/** Changes when a field changes its meaning or goes away; new fields do not change it. */
const INFO_SCHEMA_VERSION = 1;

/** The text of `info --format json`. */
export function formatInfoJson(path: string, session: Session, facts: RecordingFacts): string {
  const { recording, unwinding } = session;
  const feature = (number: number): string | null => recording.stringFeature(number) ?? null;
  const data = {
    schema: 'perf-sframe-info',
    version: INFO_SCHEMA_VERSION,
    recording: path,
    sizeBytes: recording.sizeBytes ?? null,
    perfVersion: feature(Feature.VERSION),
    kernelVersion: feature(Feature.OSRELEASE),
    machine: feature(Feature.ARCH),
    canBeUnwound: unwinding.architecture !== undefined,
    samples: facts.samples,
    lostSamples: facts.lostSamples,
    durationSeconds: facts.durationSeconds ?? null,
    threads: facts.threadCount,
    events: facts.samplesByEvent.map(({ event: { name, attr }, samples }) => ({
      name: name ?? null,
      samples,
      period: hasFlag(attr, 'freq') ? null : Number(attr.samplePeriod),
      frequencyHz: hasFlag(attr, 'freq') ? Number(attr.samplePeriod) : null,
      hasCallchains: (attr.sampleType & PERF_SAMPLE_CALLCHAIN) !== 0,
      hasRegisters: (attr.sampleType & PERF_SAMPLE_REGS_USER) !== 0,
      stackBytes: (attr.sampleType & PERF_SAMPLE_STACK_USER) === 0 ? 0 : attr.sampleStackUser,
    })),
    processes: facts.processes.map(({ comm, pid, samples }) => ({ comm, pid, samples })),
    unwoundSamples: facts.unwoundSamples,
    stackEnds: facts.stops.map(({ reason, samples }) => ({
      reason: StopReason[reason],
      text: stopReasonTexts[reason],
      samples,
      cure: cureOfStop(reason, session) ?? null,
    })),
    binaries: facts.binaries.map(({ module, selfSamples, totalSamples, located, tables }) => ({
      path: module.path,
      isKernel: module.isKernel,
      selfSamples,
      totalSamples,
      isFound: tables !== undefined,
      problem: located?.problem?.text ?? null,
      sframeVersion: tables?.sframeVersion ?? null,
      sframeFunctions: tables?.sframeFunctions ?? 0,
      ehFrameFunctions: tables?.ehFrameFunctions ?? 0,
      hasSymbols: tables?.hasSymbols ?? false,
      hasDebugInformation: tables?.hasDebugInformation ?? false,
    })),
  };
  return `${JSON.stringify(data, null, 1)}\n`;
}
