/** Where interned frames lie, as unwind tables are asked about them. */

import type { Module } from '../../../unwinder';
import type { Session } from '../../../profile';

export interface FramePlace {
  /** Undefined where the frame is in no mapping. */
  readonly module: Module | undefined;
  /** NaN where the binary's file does not tell. */
  readonly svma: number;
}

export class FramePlaces {
  private readonly places: (FramePlace | undefined)[] = [];

  constructor(private readonly session: Session) {}

  /** The place of a frame; remembered. */
  of(frame: number): FramePlace {
    return (this.places[frame] ??= this.locate(frame));
  }

  private locate(frame: number): FramePlace {
    const { mappings, frames, names } = this.session;
    const mapping = mappings.mappings[frames.mapping[frame]];
    if (mapping === undefined) return { module: undefined, svma: NaN };
    const { module } = mapping;
    return { module, svma: module.svmaOfFileOffset(names.avmaOf(frame) - mapping.delta) };
  }
}
