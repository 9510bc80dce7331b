/**
 * Which tables a method asks, and in which order. The policy of `--unwind`:
 *
 *   auto    SFrame where it has a row, else DWARF, else the frame pointer
 *   sframe  SFrame alone
 *   dwarf   DWARF, else the frame pointer: what libdw, and so perf, does
 *   fp      the frame pointer alone
 */

import type { Architecture } from '../arch/arch';
import { DwarfSource } from './dwarf-source';
import type { Module } from '../process/module';
import { SFrameSource, type SFrameReader } from './sframe-source';
import type { UnwindSource } from './unwind-source';

export type UnwindMethod = 'auto' | 'sframe' | 'dwarf' | 'fp';

/** Opens and keeps the tables of modules. Shared by all unwinders of a program. */
export class SourceRegistry {
  private readonly sframe = new Map<Module, SFrameSource | undefined>();
  private readonly dwarf = new Map<Module, DwarfSource | undefined>();

  constructor(
    readonly arch: Architecture,
    /** Told of tables that cannot be read; the module is unwound without them. */
    private readonly onProblem: (module: Module, error: unknown) => void,
    /** Gives the SFrame sections of binaries where they are not to be those that the files hold. */
    private readonly readSFrame?: SFrameReader,
  ) {}

  /** A module's SFrame table; undefined where it has none that can be read. */
  sframeOf(module: Module): SFrameSource | undefined {
    const source = this.openOnce(this.sframe, module, () => {
      const { image } = module.images;
      return image && SFrameSource.open(image, this.arch, this.readSFrame);
    });
    return source?.isReadable === true ? source : undefined;
  }

  /** A module's call frame information. */
  dwarfOf(module: Module): DwarfSource | undefined {
    return this.openOnce(this.dwarf, module, () => DwarfSource.open(module.images));
  }

  /** The tables that a method asks for a module, first to last. */
  sourcesOf(module: Module, method: UnwindMethod): UnwindSource[] {
    const sources: (UnwindSource | undefined)[] = [];
    if (method === 'auto' || method === 'sframe') sources.push(this.sframeOf(module));
    if (method === 'auto' || method === 'dwarf') sources.push(this.dwarfOf(module));
    return sources.filter((source) => source !== undefined);
  }

  /** Says what was damaged of the tables that were used: a sentence for each kind. */
  visitDamage(visit: (module: Module, text: string) => void): void {
    for (const sources of [this.sframe, this.dwarf]) {
      for (const [module, source] of sources) for (const text of source?.damage ?? []) visit(module, text);
    }
  }

  private openOnce<T>(
    cache: Map<Module, T | undefined>,
    module: Module,
    open: () => T | undefined,
  ): T | undefined {
    if (cache.has(module)) return cache.get(module);
    let source: T | undefined;
    try {
      source = open();
    } catch (error) {
      this.onProblem(module, error);
    }
    cache.set(module, source);
    return source;
  }
}

/** Whether a method may guess by the frame pointer where no table covers an address. */
export function fallsBackToFramePointer(method: UnwindMethod): boolean {
  return method !== 'sframe';
}
