/**
 * The text of `perf script` (perf 7.2: builtin-script.c process_event, util/evsel_fprintf.c):
 *
 *   comm tid [cpu] time: period event: …
 *   ⇥         address symbol+0xoffset (binary)
 *   (empty line)
 *
 * A header line is put together for each sample, a frame's line once for each distinct frame.
 */

import {
  formatAddress,
  formatHalves,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_USER,
  PERF_SAMPLE_CALLCHAIN,
  type DeferredCallchain,
  type Machine,
  type RecordedEvent,
  type Sample,
} from '../../parser';
import type { Callchain, Thread } from '../../unwinder';
import { type FrameName, type FrameNames, shortModuleName } from '../../profile';
import { readBranches } from './branch-text';
import type { ByteWriter } from '../text/byte-writer';
import { DataSourceText } from './data-src-text';
import { formatBinary, formatEntry, formatSymbol } from './frame-text';
import {
  LineStart,
  lineStyleOf,
  type LineStartOptions,
  type LineStartSources,
  type LineStyle,
} from './line-start';
import { shown } from '../text/printable';
import { formatPageSize } from '../text/page-size';
import { formatRawBytes, formatRegisters, isBpfOutput, isPageFault, weightOf } from './sample-values';
import { resolveFields, type ScriptField } from './script-fields';
import { TextStore } from '../text/text-store';

export interface ScriptTextOptions extends LineStartOptions {
  /** The arguments of -F. */
  readonly fields: readonly string[];
  /** --full-source-path: source files with their folders. */
  readonly showsFullSourcePath: boolean;
  /** -G: print the sampled address alone. */
  readonly hidesCallGraph: boolean;
  /** --stop-bt: functions whose callers are not printed. */
  readonly stopSymbols: ReadonlySet<string>;
}

/** What the text is made from. */
export interface ScriptSources extends LineStartSources {
  readonly names: FrameNames;
  readonly events: readonly RecordedEvent[];
  /** The recording's machine; undefined where it is not known here. */
  readonly machine: Machine | undefined;
  /** The interned frame of an address of a thread. */
  readonly frameOf: (cpumode: number, low: number, high: number, thread: Thread) => number;
  /** The fields of a tracepoint's raw data; undefined where its format is not in the recording. */
  readonly formatTrace: (sample: Sample, event: RecordedEvent) => string | undefined;
  /** The path of a cgroup by its id, in halves. */
  readonly cgroupPath: (low: number, high: number) => string | undefined;
}

/** Fields between the event's name and the stack, and after the stack: most samples are printed without. */
const detailFields = [
  'flags',
  'trace',
  'addr',
  'data_src',
  'weight',
  'ins_lat',
  'retire_lat',
  'cgroup',
] as const;
const tailFields = [
  'iregs', 'uregs', 'brstack', 'brstacksym', 'brstackoff', 'bpf-output', 'phys_addr', 'data_page_size',
  'code_page_size',
] as const; // prettier-ignore

/** Kinds of branches come from hardware traces, which are not read: perf prints the column empty (perf_sample__fprintf_flags). */
const NO_FLAGS = ' '.repeat(24);

/** How samples of one event are printed: worked out once. */
interface SampleStyle {
  readonly fields: ReadonlySet<ScriptField>;
  readonly start: LineStyle;
  readonly hasChain: boolean;
  readonly hasStack: boolean;
  readonly hasPeriod: boolean;
  /** Index of the event's name among the texts; -1 where it is not printed. */
  readonly eventText: number;
  readonly hasDetails: boolean;
  readonly hasTail: boolean;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** Frames whose lines are kept: more than programs have. Of a recording of nothing but different addresses they would take all memory. */
const MOST_KEPT_LINES = 1 << 18;

export class ScriptText {
  private readonly eventTexts = new TextStore();
  private readonly lineTexts = new TextStore();
  /** By index of the event, then of the frame: its lines, as the index of a text plus 1. */
  private readonly lines: Int32Array[] = [];
  private keptLines = 0;
  /** By index of the event; an event that a recording describes late gets its own when it is met. */
  private readonly styles: SampleStyle[] = [];
  /** By index of the frame: whether a function of --stop-bt is in it. */
  private readonly stops: (boolean | undefined)[] = [];
  private nameWidth = 0;
  private readonly start: LineStart;
  private readonly dataSources = new DataSourceText();

  /** @throws UsageError for fields that cannot be printed */
  constructor(
    private readonly out: ByteWriter,
    private readonly sources: ScriptSources,
    private readonly options: ScriptTextOptions,
    private readonly mostKeptLines = MOST_KEPT_LINES,
  ) {
    this.addStyles();
    this.start = new LineStart(out, sources, options);
  }

  /** Works out how the events are printed that are known by now and were not before. @throws UsageError */
  private addStyles(): void {
    const events = this.sources.events.slice(this.styles.length);
    const fieldsOfEvent = resolveFields(events, this.options.fields, this.options.hidesCallGraph);
    for (const event of events) this.nameWidth = Math.max(this.nameWidth, nameOf(event).length);
    for (const [index, event] of events.entries()) {
      const fields = fieldsOfEvent[index];
      const hasChain = !this.options.hidesCallGraph && recordsCallchain(event);
      const eventText = `${shown(nameOf(event)).padStart(this.nameWidth)}: `;
      this.styles.push({
        fields,
        start: lineStyleOf(fields, hasChain),
        hasChain,
        hasStack: fields.has('ip'),
        hasPeriod: fields.has('period'),
        eventText: fields.has('event') ? this.eventTexts.add(eventText) : -1,
        hasDetails: detailFields.some((field) => fields.has(field)),
        hasTail: tailFields.some((field) => fields.has(field)),
      });
      // Empty: a damaged recording may claim thousands of events.
      this.lines.push(new Int32Array(0));
    }
  }

  private styleOf(event: RecordedEvent): SampleStyle {
    if (event.index >= this.styles.length) this.addStyles();
    return this.styles[event.index];
  }

  /** Writes one sample: its header line, its frames, an empty line. */
  writeSample(sample: Sample, event: RecordedEvent, thread: Thread, chain: Callchain): void {
    const { out } = this;
    const style = this.styleOf(event);
    const { fields, hasStack } = style;
    if (fields.size === 0) return;
    this.start.write(sample, thread, style.start);
    if (style.hasPeriod) {
      out.writeNumber(sample.period, 10);
      out.writeCode(SPACE);
    }
    if (style.eventText >= 0) out.writeStored(this.eventTexts, style.eventText);
    if (style.hasDetails) out.writeText(this.formatDetails(sample, event, thread, fields));
    if (hasStack && style.hasChain) {
      out.writeCode(NEWLINE);
      this.writeChain(chain, event.index);
    } else if (hasStack) {
      const frame = this.sources.frameOf(sample.cpumode, sample.ipLow, sample.ipHigh, thread);
      out.writeText(` ${this.formatFrame(frame, fields)}`);
    }
    if (style.hasTail) out.writeText(this.formatTail(sample, event, thread, fields));
    out.writeCode(NEWLINE);
  }

  /** Writes a deferred callchain by itself, as it stands in the recording. Its trailer says who and when. */
  writeDeferred(
    trailer: Sample,
    event: RecordedEvent,
    thread: Thread,
    callchain: DeferredCallchain,
    chain: Callchain,
  ): void {
    const { out } = this;
    const style = this.styleOf(event);
    if (style.fields.size === 0) return;
    const cookie = formatHalves(callchain.cookieLow, callchain.cookieHigh);
    this.start.write(trailer, thread, style.start);
    out.writeText(`DEFERRED CALLCHAIN [cookie: ${cookie}]`);
    if (style.hasStack) {
      out.writeCode(NEWLINE);
      this.writeChain(chain, event.index);
    }
    out.writeCode(NEWLINE);
  }

  /** Writes the beginning of a line about a record that is not a sample. @param type its RecordType */
  writeEventStart(trailer: Sample, event: RecordedEvent, thread: Thread | undefined, type: number): void {
    this.start.write(trailer, thread, this.styleOf(event).start, type);
  }

  private writeChain(chain: Callchain, eventIndex: number): void {
    const { out, lineTexts } = this;
    const { frames, count } = chain;
    const mayStop = this.options.stopSymbols.size > 0;
    for (let i = 0; i < count; i++) {
      const frame = frames[i];
      // Beyond the end of the column is undefined, as good as 0.
      const text = this.lines[eventIndex][frame] || this.addLines(frame, eventIndex);
      out.writeStored(lineTexts, text - 1);
      if (mayStop && (this.stops[frame] ??= this.stopsIn(frame))) return;
    }
  }

  private stopsIn(frame: number): boolean {
    return this.sources.names.expand(frame).some((name) => this.stopsAt(name));
  }

  private stopsAt({ symbol }: FrameName): boolean {
    return symbol !== undefined && this.options.stopSymbols.has(symbol);
  }

  /** Makes a frame's lines. @returns the index of their text, plus 1 */
  private addLines(frame: number, eventIndex: number): number {
    if (++this.keptLines > this.mostKeptLines) this.forgetLines();
    let lines = this.lines[eventIndex];
    if (frame >= lines.length) {
      const grown = new Int32Array(Math.max(frame + 1, lines.length * 2));
      grown.set(lines);
      lines = this.lines[eventIndex] = grown;
    }
    return (lines[frame] = this.lineTexts.add(this.formatLines(frame, this.styles[eventIndex].fields)) + 1);
  }

  private forgetLines(): void {
    this.keptLines = 1;
    this.lineTexts.clear();
    for (const lines of this.lines) lines.fill(0);
  }

  /** What is between the event's name and the stack. */
  private formatDetails(
    sample: Sample,
    event: RecordedEvent,
    thread: Thread,
    fields: ReadonlySet<ScriptField>,
  ): string {
    let text = '';
    if (fields.has('flags')) text += NO_FLAGS;
    if (fields.has('trace') && sample.rawOffset >= 0) text += this.sources.formatTrace(sample, event) ?? '';
    if (fields.has('addr')) text += this.formatDataAddress(sample, event, thread, fields);
    if (fields.has('data_src')) text += this.dataSources.format(sample.dataSrcLow, sample.dataSrcHigh);
    if (fields.has('weight')) text += String(weightOf(sample, event)).padStart(16);
    if (fields.has('ins_lat')) text += String(sample.weightHigh & 0xffff).padStart(16);
    if (fields.has('retire_lat')) text += String(sample.weightHigh >>> 16).padStart(16);
    if (fields.has('cgroup')) {
      text += ` ${shown(this.sources.cgroupPath(sample.cgroupLow, sample.cgroupHigh) ?? 'unknown')}`;
    }
    return text;
  }

  /** What is after the stack. */
  private formatTail(
    sample: Sample,
    event: RecordedEvent,
    thread: Thread,
    fields: ReadonlySet<ScriptField>,
  ): string {
    let text = '';
    const { attr } = event;
    const names = this.sources.machine?.perfRegisterNames ?? [];
    if (fields.has('iregs') && sample.intrRegsOffset >= 0) {
      const registers = { abi: sample.intrRegsAbi, offset: sample.intrRegsOffset, mask: attr.sampleRegsIntr };
      text += formatRegisters(sample, registers, names);
    }
    if (fields.has('uregs') && sample.userRegsOffset >= 0) {
      const registers = { abi: sample.userRegsAbi, offset: sample.userRegsOffset, mask: attr.sampleRegsUser };
      text += formatRegisters(sample, registers, names);
    }
    if (sample.branchCount > 0) text += this.formatBranches(sample, thread, fields);
    if (fields.has('bpf-output') && isBpfOutput(event) && sample.rawOffset >= 0)
      text += formatRawBytes(sample);
    if (fields.has('phys_addr')) text += formatHalves(sample.physAddrLow, sample.physAddrHigh).padStart(16);
    if (fields.has('data_page_size')) text += ` ${formatPageSize(sample.dataPageSize)}`;
    if (fields.has('code_page_size')) text += ` ${formatPageSize(sample.codePageSize)}`;
    return text;
  }

  private formatBranches(sample: Sample, thread: Thread, fields: ReadonlySet<ScriptField>): string {
    const style = (['brstack', 'brstacksym', 'brstackoff'] as const).find((field) => fields.has(field));
    if (style === undefined) return '';
    let text = '';
    for (const branch of readBranches(sample)) {
      const ends = [
        [branch.fromLow, branch.fromHigh],
        [branch.toLow, branch.toHigh],
      ].map(([low, high]) => {
        const frame = this.sources.frameOf(cpumodeOfAddress(sample.cpumode, high), low, high, thread);
        const name = this.sources.names.resolve(frame);
        const binary = fields.has('dso') ? formatBinary(name, fields.has('dsoff')) : '';
        if (style === 'brstacksym') return `${formatSymbol(name, true)}${binary}`;
        const offset = style === 'brstackoff' ? name.fileOffset : undefined;
        const address = offset === undefined ? formatHalves(low, high) : offset.toString(16);
        return `0x${address}${binary}`;
      });
      text += `${style === 'brstacksym' ? '' : ' '}${ends.join('/')}${branch.flagsText}`;
    }
    return text;
  }

  private formatDataAddress(
    sample: Sample,
    event: RecordedEvent,
    thread: Thread,
    fields: ReadonlySet<ScriptField>,
  ): string {
    let text = formatHalves(sample.addrLow, sample.addrHigh).padStart(16);
    if (!isPageFault(event)) return text;
    const frame = this.sources.frameOf(sample.cpumode, sample.addrLow, sample.addrHigh, thread);
    const name = this.sources.names.resolve(frame);
    if (fields.has('sym')) text += ` ${formatSymbol(name, fields.has('symoff'))}`;
    if (fields.has('dso')) text += formatBinary(name, fields.has('dsoff'));
    return text;
  }

  /** A frame's lines: one for each function that was inlined there, and one for the function itself. */
  private formatLines(frame: number, fields: ReadonlySet<ScriptField>): string {
    const { names } = this.sources;
    const all = names.expandOnce(frame);
    const last = all.findIndex((name) => this.stopsAt(name));
    return all
      .slice(0, last < 0 ? all.length : last + 1)
      .map((name) => {
        const line = fields.has('srcline') ? this.formatSourceLine(frame, name) : '';
        const entry = formatEntry(names.addressText(frame), name, fields);
        return `\t${entry}${line}${name.isInlined ? ' (inlined)' : ''}\n`;
      })
      .join('');
  }

  /** On a line of its own after two spaces: "file:line", or "binary[address]" where there is no debug information. */
  private formatSourceLine(frame: number, name: FrameName): string {
    const { names } = this.sources;
    const position = name.position ?? names.positionOf(frame);
    if (position) {
      const { file, line } = position;
      const path = this.options.showsFullSourcePath ? file : file.slice(file.lastIndexOf('/') + 1);
      return `\n  ${shown(path)}:${line}`;
    }
    const address = names.disassemblyAddressOf(frame);
    if (address === undefined) return '';
    return `\n  ${shown(shortModuleName(name.binary))}[${formatAddress(address)}]`;
  }

  private formatFrame(frame: number, fields: ReadonlySet<ScriptField>): string {
    const { names } = this.sources;
    const name = names.resolve(frame);
    const line = fields.has('srcline') ? this.formatSourceLine(frame, name) : '';
    return formatEntry(names.addressText(frame), name, fields) + line;
  }
}

function recordsCallchain(event: RecordedEvent): boolean {
  return (event.attr.sampleType & PERF_SAMPLE_CALLCHAIN) !== 0;
}

/** A branch may lead from user space into the kernel, or back: its ends are looked up where they can be. */
function cpumodeOfAddress(cpumode: number, high: number): number {
  if (cpumode !== PERF_RECORD_MISC_KERNEL && cpumode !== PERF_RECORD_MISC_USER) return cpumode;
  return high >>> 31 ? PERF_RECORD_MISC_KERNEL : PERF_RECORD_MISC_USER;
}

function nameOf(event: RecordedEvent): string {
  return event.name ?? '[unknown]';
}
