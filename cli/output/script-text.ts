/**
 * The text of `perf script` (perf 7.2: builtin-script.c process_event, util/evsel_fprintf.c), default fields:
 *
 *   comm tid [cpu] time: period event:
 *   ⇥         address symbol+0xoffset (binary)
 *   (empty line)
 */

import {
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_CPU,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  type RecordedEvent,
  type Sample,
  type TimeBase,
} from '../../parser';
import type { Callchain, Thread } from '../../unwinder';
import type { FrameName, FrameNames } from '../pipeline/frame-names';
import type { ByteWriter } from './byte-writer';
import { printable } from './printable';

export class ScriptText {
  private readonly lines: (Uint8Array | undefined)[] = [];
  private readonly eventNameWidth: number;

  constructor(
    private readonly out: ByteWriter,
    private readonly names: FrameNames,
    private readonly times: TimeBase,
    events: readonly RecordedEvent[],
  ) {
    this.eventNameWidth = Math.max(0, ...events.map((event) => nameOf(event).length));
  }

  /** Writes one sample: its header line, its frames, an empty line. */
  writeSample(sample: Sample, event: RecordedEvent, thread: Thread, chain: Callchain): void {
    const { out } = this;
    const type = event.attr.sampleType;
    const hasChain = (type & PERF_SAMPLE_CALLCHAIN) !== 0;
    const comm = printable(thread.displayName);
    let header = hasChain ? `${comm} ` : `${comm.padStart(16)} `;
    if (type & PERF_SAMPLE_TID) header += `${String(sample.tid).padStart(7)} `;
    if (type & PERF_SAMPLE_CPU) header += `[${String(sample.cpu).padStart(3, '0')}] `;
    if (type & PERF_SAMPLE_TIME) header += `${this.formatTime(sample).padStart(12)}: `;
    header += `${String(sample.period).padStart(10)} `;
    header += `${printable(nameOf(event)).padStart(this.eventNameWidth)}: `;
    out.writeText(header);
    if (hasChain) {
      out.writeText('\n');
      for (let i = 0; i < chain.count; i++) out.writeBytes(this.lineOf(chain.frames[i]));
    } else if (chain.count > 0) out.writeText(` ${this.formatFrame(chain.frames[0])}`);
    out.writeText('\n');
  }

  private formatTime(sample: Sample): string {
    const delta = this.times.delta(sample.timeLow, sample.timeHigh);
    const microseconds = Math.floor(this.times.nanosecondsOf(delta) / 1000);
    return `${this.times.secondsOf(delta)}.${String(microseconds).padStart(6, '0')}`;
  }

  private lineOf(frame: number): Uint8Array {
    return (this.lines[frame] ??= Buffer.from(`\t${this.formatFrame(frame)}\n`));
  }

  private formatFrame(frame: number): string {
    return `${this.names.addressText(frame).padStart(16)} ${formatName(this.names.resolve(frame))}`;
  }
}

function formatName(name: FrameName): string {
  const symbol =
    name.symbol === undefined ? '[unknown]' : `${printable(name.symbol)}+0x${name.symbolOffset.toString(16)}`;
  return `${symbol} (${printable(name.binary)})`;
}

function nameOf(event: RecordedEvent): string {
  return event.name ?? '[unknown]';
}
