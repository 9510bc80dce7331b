/** Kinds of records: those that describe the recording, compressed ones, and what was recorded. */

import { FIRST_USER_RECORD_TYPE, RecordType } from '../constants';

export function isCompressed(type: number): boolean {
  return type === RecordType.COMPRESSED || type === RecordType.COMPRESSED2;
}

/** Records that carry what a file has in its header: attributes and features. */
export function describesRecording(type: number): boolean {
  return (
    type === RecordType.HEADER_ATTR ||
    type === RecordType.HEADER_EVENT_TYPE ||
    type === RecordType.HEADER_FEATURE ||
    type === RecordType.HEADER_TRACING_DATA ||
    type === RecordType.HEADER_BUILD_ID
  );
}

/** Records that describe the recording, rather than being part of what was recorded. */
export function isHeaderRecord(type: number): boolean {
  return (
    type >= FIRST_USER_RECORD_TYPE &&
    !isCompressed(type) &&
    type !== RecordType.FINISHED_ROUND &&
    type !== RecordType.AUXTRACE
  );
}
