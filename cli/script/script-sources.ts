/** What the text of `script` takes from a run over a recording. */

import type { Session } from '../../profile';
import type { Behaviours } from '../as-perf';
import { timeOfDayFormatter } from '../header/local-time';
import type { ScriptSources } from './script-text';
import { traceFormatter } from './trace-formatter';

export function scriptSources(session: Session, tracepoints: Behaviours['tracepoints']): ScriptSources {
  const { recording } = session;
  return {
    names: session.names,
    times: recording.times,
    events: recording.events,
    machine: session.unwinding.machine,
    frameOf: (cpumode, low, high, thread) => session.frameOf(cpumode, low, high, thread),
    formatTrace: traceFormatter(session, tracepoints),
    cgroupPath: (low, high) => session.cgroupPath(low, high),
    timeOfDay: timeOfDayFormatter(recording) ?? (() => undefined),
  };
}
