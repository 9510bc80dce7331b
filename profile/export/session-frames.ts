/** Frames of a session as frames of the export tables: named, with what is inlined there and its source lines. */

import { formatHex } from '../../parser';
import type { Module } from '../../unwinder';
import type { FrameName } from '../names/frame-names';
import type { Session } from '../session/session';
import type { KeyedTable } from './keyed-table';
import {
  type CodeKind,
  type ExportBinary,
  type ExportFrame,
  type ExportFunction,
  type ExportLine,
  UNKNOWN_BINARY,
} from './model';

/** What tables of lines say where they do not know. */
const NO_FILE = '??';

/** The tables that frames are put into. */
export interface FrameTables {
  readonly binaries: KeyedTable<ExportBinary>;
  readonly functions: KeyedTable<ExportFunction>;
  readonly frames: KeyedTable<ExportFrame>;
}

export class SessionFrames {
  private readonly known: (number | undefined)[] = [];
  private readonly binaryOfModule = new Map<Module | undefined, number>();

  constructor(
    private readonly session: Session,
    private readonly recording: number,
    private readonly tables: FrameTables,
    private readonly looksUpLines: boolean,
  ) {}

  /** The index of a frame in the export tables. */
  exported(frame: number): number {
    return (this.known[frame] ??= this.addFrame(frame));
  }

  private addFrame(frame: number): number {
    const { session, tables } = this;
    const { names } = session;
    const module = session.mappings.mappings[session.frames.mapping[frame]]?.module;
    const binary = this.binaryOf(module);
    const kind = this.kindOf(module);
    const lines = names.expand(frame).map((name): ExportLine => {
      const position = this.looksUpLines ? (name.position ?? names.positionOf(frame)) : undefined;
      const file = position === undefined || position.file === NO_FILE ? '' : position.file;
      const symbol = name.symbolOffset < 0 ? undefined : name.symbol;
      const isNamed = symbol !== undefined;
      const text = symbol ?? `[${shortName(module, name)}]`;
      return {
        function: tables.functions.intern({ name: text, isNamed, binary, kind, file }),
        line: file === '' ? 0 : position!.line,
        isInlined: name.isInlined === true,
      };
    });
    const address = names.disassemblyAddressOf(frame) ?? names.avmaOf(frame);
    return tables.frames.intern({ binary, address, lines });
  }

  private binaryOf(module: Module | undefined): number {
    let binary = this.binaryOfModule.get(module);
    if (binary === undefined) {
      const buildId = module?.buildId ? formatHex(module.buildId) : '';
      binary = this.tables.binaries.intern({
        path: module?.path ?? UNKNOWN_BINARY,
        buildId,
        recording: this.recording,
      });
      this.binaryOfModule.set(module, binary);
    }
    return binary;
  }

  private kindOf(module: Module | undefined): CodeKind {
    if (module?.isKernel) return 'kernel';
    return module && this.session.binaries.generated.owns(module) ? 'generated' : 'user';
  }
}

function shortName(module: Module | undefined, { binary }: FrameName): string {
  return module === undefined ? 'unknown' : binary.slice(binary.lastIndexOf('/') + 1);
}
