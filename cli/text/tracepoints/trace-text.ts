/**
 * The fields of a tracepoint's sample, as `perf script` prints them: by the print format that the recording carries
 * (libtraceevent without plugins, which print some events in ways of their own), or, where that cannot be read, field by
 * field after "[FAILED TO PARSE]".
 */

import {
  parsePrintFormat,
  type OperatorBinding,
  type RecordedEvent,
  type Sample,
  type TracePiece,
  type TracepointField,
  type TracepointFormat,
  type TracingData,
} from '../../../parser';
import { formatNumber } from './printf-text';
import { formatPointerArgument, type FunctionFinder } from './trace-pointers';
import { formatRawField, formatStringArgument } from './trace-strings';
import { evaluate, type TraceRecord } from './trace-values';

interface ReadyFormat {
  readonly format: TracepointFormat;
  /** undefined where the print format cannot be read. */
  readonly pieces: readonly TracePiece[] | undefined;
}

export class TraceText {
  private readonly formatOfId: ReadonlyMap<number, TracepointFormat>;
  private readonly ready = new Map<number, ReadyFormat>();
  private readonly binaryFields = new Set<TracepointField>();

  constructor(
    private readonly tracing: TracingData,
    private readonly findFunction: FunctionFinder,
    private readonly operators: OperatorBinding = 'c',
  ) {
    this.formatOfId = new Map(tracing.formats.map((format) => [format.id, format]));
  }

  /** The fields of a sample with raw data; undefined where the recording has no format for its event. */
  format(sample: Sample, event: RecordedEvent): string | undefined {
    const ready = this.formatOf(Number(event.attr.config & 0xffff_ffffn));
    if (!ready) return undefined;
    const { littleEndian, longSizeBytes } = this.tracing;
    const bytes = sample.bytes.subarray(sample.rawOffset, sample.rawOffset + sample.rawSizeBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const record: TraceRecord = { bytes, view, littleEndian, longSizeBytes };
    if (ready.pieces) return ready.pieces.map((piece) => this.formatPiece(record, piece)).join('');
    return `[FAILED TO PARSE]${this.formatFields(record, ready.format)}`;
  }

  private formatFields(record: TraceRecord, format: TracepointFormat): string {
    return format.fields
      .filter((field) => !field.isCommon)
      .map((field) => ` ${field.name}=${formatRawField(record, field, this.binaryFields)}`)
      .join('');
  }

  private formatOf(id: number): ReadyFormat | undefined {
    const known = this.ready.get(id);
    if (known) return known;
    const format = this.formatOfId.get(id);
    if (!format) return undefined;
    const { longSizeBytes } = this.tracing;
    const ready = { format, pieces: parsePrintFormat(format, longSizeBytes, this.operators) };
    this.ready.set(id, ready);
    return ready;
  }

  private formatPiece(record: TraceRecord, piece: TracePiece): string {
    if (piece.kind === 'text') return piece.text;
    const { conversion, argument } = piece;
    const length = piece.length ? Number(BigInt.asIntN(32, evaluate(record, piece.length))) : -1;
    switch (piece.kind) {
      case 'number':
        return formatNumber(conversion, evaluate(record, argument), length);
      case 'string':
        return formatStringArgument(record, conversion, length, argument, this.tracing.printkFormats);
      case 'pointer':
        return formatPointerArgument(
          record,
          conversion,
          piece.length ? length : 1,
          argument,
          this.findFunction,
        );
    }
  }
}
