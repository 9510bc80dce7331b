/** The fields of tracepoints as text, with the names that the run over the recording knows. */

import {
  addressFromBigInt,
  highHalf,
  lowHalf,
  ParseError,
  PERF_RECORD_MISC_KERNEL,
  type RecordedEvent,
  type Sample,
} from '../../parser';
import type { Behaviours } from '../as-perf';
import { TraceText } from '../text/tracepoints/trace-text';
import type { Session } from '../../profile';

/** Formats what a sample of a tracepoint recorded; undefined where the recording does not know the format. */
export function traceFormatter(
  session: Session,
  { operators }: Behaviours['tracepoints'],
): (sample: Sample, event: RecordedEvent) => string | undefined {
  let text: TraceText | undefined;
  let isTried = false;
  const functionName = (address: bigint): { name: string; offset: number } | undefined => {
    const avma = addressFromBigInt(address);
    const idle = session.processes.findOrCreate(0, 0);
    const frame = session.frameOf(PERF_RECORD_MISC_KERNEL, lowHalf(avma), highHalf(avma), idle);
    const { symbol, symbolOffset } = session.names.resolve(frame);
    return symbol === undefined ? undefined : { name: symbol, offset: symbolOffset };
  };
  return (sample, event) => {
    if (!isTried) {
      isTried = true;
      try {
        const data = session.recording.tracingData();
        text = data && new TraceText(data, functionName, operators);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        session.diagnostics.add(
          'tracing-data',
          'what tracepoints recorded cannot be printed; copy the recording anew, or record again',
          error.message,
        );
      }
    }
    return text?.format(sample, event);
  };
}
