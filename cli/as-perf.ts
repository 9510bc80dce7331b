/**
 * What `--as-perf` means: the behaviours of perf 7.2 that differ from ours where perf is wrong (docs/as-perf.md has each case).
 * What is below knows these behaviours, each by a name that says what it does, and never the option.
 */

import type { OperatorBinding } from '../parser';
import { correctBehaviours, type SessionBehaviours } from '../profile';
import { libdw } from '../unwinder';

/** What `report` does. */
export interface ReportBehaviours {
  /** Of a recorded chain that is longer than --max-stack, the outermost frames are kept where graphs begin with callers. */
  readonly keepsOutermostFrames: boolean;
  /** A recording that comes through a pipe has no column with children. */
  readonly pipesHaveNoChildren: boolean;
  /** --parent and --ignore-callees look at recorded chains only, not at frames unwound from registers and stack copies. */
  readonly searchesRecordedChainsOnly: boolean;
  /** Percentages in graphs are of all samples, even where those of lines are of the samples that filters leave. */
  readonly graphsCountAllSamples: boolean;
  /** Cycles of a branch above 32767 are printed as negative numbers. */
  readonly cyclesAreSigned: boolean;
}

/** All behaviours, by the part that has them. */
export interface Behaviours {
  readonly session: SessionBehaviours;
  readonly report: ReportBehaviours;
  readonly tracepoints: {
    /** Of the expressions in print formats: `a - b - c` is `a - (b - c)` to libtraceevent. */
    readonly operators: OperatorBinding;
  };
}

/** What perf does with recordings, whatever the command. */
const perfSession: SessionBehaviours = {
  unwinding: libdw,
  keepsMappingsOnExec: true,
  followsMovedCode: false,
  deferred: {
    order: 'forward',
    junk: 'is-a-marker',
    threadName: 'when-joined',
    showsLostCookies: true,
  },
  names: {
    namesTypeCodes: true,
    namesCodeByVariables: true,
    inlinesOnlyInLines: true,
    readsLinesOfFixedPrograms: true,
    // It knows code of dumps only from the files that `perf inject --jit` makes.
    readsDumps: false,
  },
};

/** @param asPerf whether --as-perf was given */
export function behavioursOf(asPerf: boolean): Behaviours {
  return {
    session: asPerf ? perfSession : correctBehaviours,
    report: {
      keepsOutermostFrames: asPerf,
      pipesHaveNoChildren: asPerf,
      searchesRecordedChainsOnly: asPerf,
      graphsCountAllSamples: asPerf,
      cyclesAreSigned: asPerf,
    },
    tracepoints: { operators: asPerf ? 'libtraceevent' : 'c' },
  };
}
