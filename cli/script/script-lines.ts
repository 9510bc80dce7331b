/** `script --format json`: a line of JSON for each sample (docs/json.md), the first about the recording. */

import type { RecordedEvent, Sample } from '../../parser';
import type { Session } from '../../profile';
import type { Callchain, Thread } from '../../unwinder';
import type { ByteWriter } from '../text/byte-writer';

/** Changes when a field changes its meaning or goes away; new fields do not change it. */
const SCRIPT_SCHEMA_VERSION = 1;
const NANOSECOND_DIGITS = 9;

export class ScriptLines {
  /** The JSON of each frame's functions, made once. */
  private readonly frames: (string | undefined)[] = [];

  constructor(
    private readonly out: ByteWriter,
    private readonly session: Session,
  ) {}

  /** Writes the line about the recording. @param path as the user gave it */
  begin(path: string): void {
    const head = { schema: 'perf-sframe-script', version: SCRIPT_SCHEMA_VERSION, recording: path };
    this.out.writeText(`${JSON.stringify(head)}\n`);
  }

  /** Writes the line of a sample. */
  writeSample(sample: Sample, event: RecordedEvent, thread: Thread, chain: Callchain): void {
    const head = JSON.stringify({
      comm: thread.displayName,
      pid: sample.pid,
      tid: sample.tid,
      cpu: sample.cpu >= 0 ? sample.cpu : null,
      time: sample.hasTime ? this.timeText(sample) : null,
      event: event.name ?? null,
      period: sample.period,
    });
    let frames = '';
    for (let i = 0; i < chain.count; i++) {
      const frame = chain.frames[i];
      const text = (this.frames[frame] ??= this.frameText(frame));
      frames += frames === '' ? text : `,${text}`;
    }
    this.out.writeText(`${head.slice(0, -1)},"stack":[${frames}]}\n`);
  }

  /** Seconds with nine decimals, as a text: more digits than a number holds. */
  private timeText({ timeLow, timeHigh }: Sample): string {
    const { times } = this.session.recording;
    const delta = times.delta(timeLow, timeHigh);
    const nanoseconds = String(times.nanosecondsOf(delta)).padStart(NANOSECOND_DIGITS, '0');
    return `${times.secondsOf(delta)}.${nanoseconds}`;
  }

  /** The functions of a frame, innermost first, between commas. */
  private frameText(frame: number): string {
    const { names, mappings, frames } = this.session;
    const binary = mappings.mappings[frames.mapping[frame]]?.module.path ?? null;
    return names
      .expand(frame)
      .map((name) => {
        const position = name.position ?? names.positionOf(frame);
        const isKnown = position !== undefined && position.file !== '??';
        return JSON.stringify({
          address: `0x${names.addressText(frame)}`,
          symbol: name.symbol ?? null,
          offset: name.symbol === undefined || name.symbolOffset < 0 ? null : name.symbolOffset,
          isInlined: name.isInlined === true,
          binary,
          file: isKnown ? position.file : null,
          line: isKnown ? position.line : null,
        });
      })
      .join(',');
  }
}
