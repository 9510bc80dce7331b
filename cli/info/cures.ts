/** What a person can do about stacks that end early. */

import type { Session } from '../../profile';
import { StopReason } from '../../unwinder';
import { cureOfCutOff } from '../stack-advice';

/** What makes stacks whole that end by a reason; undefined where nothing need or can be done. */
export function cureOfStop(reason: StopReason, session: Session): string | undefined {
  switch (reason) {
    case StopReason.NoBinary:
      return 'copy the binaries to their paths below a folder, and give it with --symfs';
    case StopReason.NoRow:
      return 'build with -Wa,--gsframe-3, or keep .eh_frame in the binary';
    case StopReason.StackNotCaptured:
      return cureOfCutOff(session);
    case StopReason.BadFramePointer:
      return 'build with -fno-omit-frame-pointer, or with -Wa,--gsframe-3';
    case StopReason.DepthLimit:
      return 'give a larger --max-stack';
    case StopReason.CorruptRow:
      return 'perf-sframe sframe verify FILE says what is wrong with a table';
    default:
      return undefined;
  }
}
