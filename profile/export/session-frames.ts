/** Frames of a session as frames of the export tables: named, with what is inlined there and its source lines. */

import { formatHex } from '../../parser';
import type { Module } from '../../unwinder';
import type { Session } from '../session/session';
import { functionsOfFrame } from '../tables/frame-functions';
import type { ExportFrames } from './frames';
import type { KeyedTable } from './keyed-table';
import { type ExportBinary, type ExportFunction, UNKNOWN_BINARY } from './model';

/** The tables that frames are put into. */
export interface FrameTables {
  readonly binaries: KeyedTable<ExportBinary>;
  readonly functions: KeyedTable<ExportFunction>;
  readonly frames: ExportFrames;
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
    const { module, kind, functions } = functionsOfFrame(session, frame, this.looksUpLines);
    const binary = this.binaryOf(module);
    const lines = functions.map(({ name, isNamed, isInlined, file, line }) => ({
      function: tables.functions.intern({ name, isNamed, binary, kind, file }),
      line,
      isInlined,
    }));
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
}
