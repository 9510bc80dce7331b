/**
 * Names of code that programs generate while they run, from the lists that they leave of it:
 *
 *   /tmp/perf-PID.map   by address. Its memory goes by that name (symbolizer/files/mapping-kind.ts).
 *   jit-PID.dump        by address and time: code is generated anew where other code lay. So that frames, which have no
 *                       time, can be named, those of such code get a mapping of their own, as if the function were
 *                       mapped from its place in the dump when its code was made:
 *
 *                           avma ── - delta ──► offset in the dump ──► the function whose code is there
 *
 * perf reads dumps only after `perf inject --jit` made a file of each function; the names are the same.
 * Left out on purpose: unwinding by the unwinding information that a dump may hold (V8 writes frame pointers).
 */

import { addressFromHalves, hasFlag, type RecordedEvent } from '../../parser';
import { isJitDumpPath, type GeneratedCode, type JitDump, type LocatedBinary } from '../../symbolizer';
import type { FrameTable, MappingTable, Module } from '../../unwinder';
import type { SourcePosition } from '../answers/answer-set';

const CLOCK_MONOTONIC = 1;

export interface GeneratedFunction {
  readonly name: string;
  /** Bytes from its start. */
  readonly offset: number;
}

export class GeneratedNames {
  /** By process, what it was seen to map. */
  private readonly dumpOfPid = new Map<number, Module>();
  private readonly dumps = new Map<Module, JitDump>();
  /** By mapping, the dump of the process that generates code there. */
  private dumpOfMapping: (Module | null | undefined)[] = [];
  private readonly hasMonotonicTimes: boolean;

  constructor(
    private readonly code: GeneratedCode,
    private readonly frames: FrameTable,
    private readonly mappings: MappingTable,
    events: readonly RecordedEvent[],
  ) {
    this.hasMonotonicTimes = events.every(
      ({ attr }) => hasFlag(attr, 'use_clockid') && attr.clockId === CLOCK_MONOTONIC,
    );
  }

  /** Notes what a process mapped: the first page of its dump, perhaps. */
  noteMapping(pid: number, module: Module): void {
    if (!isJitDumpPath(module.path) || this.dumpOfPid.get(pid) === module) return;
    const dump = this.code.jitDumpAt(module.path, pid);
    if (!dump) return;
    this.dumps.set(module, dump);
    this.dumpOfPid.set(pid, module);
    this.dumpOfMapping = [];
  }

  /** Whether {@link frameAt} can answer anything but the same. */
  get knowsTimes(): boolean {
    return this.dumps.size > 0;
  }

  /**
   * The frame of the function that lay at a frame's address at a time; the same frame where that is not known.
   * @param timeNs of the recording's clock; Infinity where it is not known
   */
  frameAt(frame: number, timeNs: number): number {
    const mappingIndex = this.frames.mapping[frame];
    if (mappingIndex < 0) return frame;
    const module = (this.dumpOfMapping[mappingIndex] ??= this.findDump(mappingIndex));
    const dump = module && this.dumps.get(module);
    if (!dump) return frame;
    const low = this.frames.addressLow[frame];
    const high = this.frames.addressHigh[frame];
    const found = dump.find(addressFromHalves(low, high), this.hasMonotonicTimes ? timeNs : Infinity);
    if (found < 0) return frame;
    const mapping = this.mappings.internMapping(module, dump.start(found) - dump.codeOffset(found));
    return this.frames.intern(mapping.index, low, high);
  }

  /** Whether a module holds generated code. */
  owns(module: Module): boolean {
    return this.dumps.has(module) || processOfMap(module.path) !== undefined;
  }

  /** Whether a process left a list or dump of the code that it generated, as far as its mappings tell by now. */
  listsCode(pid: number): boolean {
    return this.dumpOfPid.has(pid) || this.code.perfMapOf(pid) !== undefined;
  }

  /** Whether there is a list of the code in a module. */
  hasList(module: Module): boolean {
    const pid = processOfMap(module.path);
    return this.dumps.has(module) || (pid !== undefined && this.code.perfMapOf(pid) !== undefined);
  }

  /** The function at an address. @param fileOffset of the address by its mapping */
  find(module: Module, avma: number, fileOffset: number): GeneratedFunction | undefined {
    const dump = this.dumps.get(module);
    if (dump) {
      const index = dump.findByCodeOffset(fileOffset);
      if (index < 0) return undefined;
      return { name: dump.name(index), offset: fileOffset - dump.codeOffset(index) };
    }
    const pid = processOfMap(module.path);
    const map = pid === undefined ? undefined : this.code.perfMapOf(pid);
    const index = map ? map.find(avma) : -1;
    return map && index >= 0 ? { name: map.name(index), offset: avma - map.start(index) } : undefined;
  }

  /** The source line of an address, where a dump tells it. @param fileOffset of the address by its mapping */
  positionAt(module: Module, fileOffset: number): SourcePosition | undefined {
    const dump = this.dumps.get(module);
    const index = dump ? dump.findByCodeOffset(fileOffset) : -1;
    if (!dump || index < 0) return undefined;
    return dump.line(index, dump.start(index) + fileOffset - dump.codeOffset(index));
  }

  /** What there is to say of a module of generated code in place of its files. */
  describe(module: Module): LocatedBinary {
    const { path } = module;
    const text = this.hasList(module)
      ? `${path} does not list all the code that was generated`
      : `${path} is not there: the process left no list of the code that it generated`;
    return { name: path, kind: 'anonymous', problem: { code: 'no-file', path, text }, refused: [] };
  }

  private findDump(mappingIndex: number): Module | null {
    const pid = processOfMap(this.mappings.mappings[mappingIndex].module.path);
    return (pid === undefined ? undefined : this.dumpOfPid.get(pid)) ?? null;
  }
}

/** The process that generated the code of a mapping, by the name that the mapping goes by. */
function processOfMap(path: string): number | undefined {
  const match = /^\/tmp\/perf-(\d+)\.map$/.exec(path);
  return match ? Number(match[1]) : undefined;
}
