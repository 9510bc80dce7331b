/**
 * What a session can do in more than one way: named choices. By default all are {@link correct}; others reproduce what
 * another program prints where that is wrong.
 */

import type { JoinOrder } from '../../parser';
import { correct as correctUnwinding, type JunkInDeferred, type UnwindPolicy } from '../../unwinder';
import type { NameBehaviours } from '../names/name-behaviours';

export interface SessionBehaviours {
  readonly unwinding: UnwindPolicy;
  /** What was mapped before an exec stays mapped after it. */
  readonly keepsMappingsOnExec: boolean;
  /**
   * Code that is not where its file says is known: text that was moved to anonymous memory at its own address, generated code in
   * memfds.
   */
  readonly followsMovedCode: boolean;
  readonly deferred: DeferredBehaviours;
  readonly names: NameBehaviours;
}

/** How deferred callchains are joined to their samples. */
export interface DeferredBehaviours {
  readonly order: JoinOrder;
  readonly junk: JunkInDeferred;
  /** A sample's thread is called as it was when the sample was taken, or as it is when the sample is joined. */
  readonly threadName: 'when-sampled' | 'when-joined';
  /** A sample whose record is missing ends in its cookie; as if it were an address where another record came. */
  readonly showsLostCookies: boolean;
}

export const correct: SessionBehaviours = {
  unwinding: correctUnwinding,
  keepsMappingsOnExec: false,
  followsMovedCode: true,
  deferred: { order: 'either', junk: 'ends', threadName: 'when-sampled', showsLostCookies: false },
  names: {
    namesTypeCodes: false,
    namesCodeByVariables: false,
    inlinesOnlyInLines: false,
    readsLinesOfFixedPrograms: false,
    readsDumps: true,
  },
};
