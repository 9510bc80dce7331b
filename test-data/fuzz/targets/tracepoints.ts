/** Formats of tracepoints: the tracing data of a recording, single formats and their expressions, and what they print. */

import {
  Feature,
  MemoryByteSource,
  Recording,
  Sample,
  parseTracingData,
  type TracingData,
} from '../../../parser';
import { TraceText } from '../../../cli/text/tracepoints/trace-text';
import { writeTracepoints } from '../../written/tracepoints';
import { textLayout } from '../damage/layouts';
import type { Input, Target } from '../target';

const RAW_BYTES = 512;

function tracingDataOf(littleEndian: boolean): Uint8Array {
  const recording = Recording.open(new MemoryByteSource('seed', writeTracepoints(littleEndian)));
  return recording.features.read(Feature.TRACING_DATA)!.slice();
}

/** Raw data of samples: sizes and offsets of dynamic fields among them. */
function rawData(): Uint8Array {
  return Uint8Array.from({ length: RAW_BYTES }, (_, i) =>
    i % 4 === 0 ? 128 + (i % 64) : i % 4 === 2 ? 8 : 0,
  );
}

/** A sample of nothing but raw data. */
function sampleOf(raw: Uint8Array): Sample {
  const sample = new Sample();
  sample.bytes = raw;
  sample.view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  sample.rawOffset = 0;
  sample.rawSizeBytes = raw.length;
  return sample;
}

function printAll(data: TracingData, raw: Uint8Array): void {
  const sample = sampleOf(raw);
  for (const operators of ['c', 'libtraceevent'] as const) {
    const text = new TraceText(data, () => undefined, operators);
    for (const { id } of data.formats)
      text.format(sample, { attr: { config: BigInt(id) } } as unknown as Parameters<TraceText['format']>[1]);
  }
}

export const tracepoints: Target = {
  name: 'tracepoints',
  seeds: () =>
    [true, false].map(
      (littleEndian): Input =>
        new Map([
          ['tracing', tracingDataOf(littleEndian)],
          ['raw', rawData()],
        ]),
    ),
  layout: (part, bytes) =>
    part === 'tracing' ? textLayout(bytes) : { littleEndian: true, fields: [], blocks: [] },
  run(input) {
    printAll(parseTracingData(input.get('tracing')!, 'input'), input.get('raw')!);
  },
};
