/**
 * The format of a tracepoint, as the kernel describes it in /sys/kernel/tracing/events/SYSTEM/NAME/format:
 *
 *   name: sched_switch
 *   ID: 372
 *   format:
 *   ⇥field:char prev_comm[16];⇥offset:8;⇥size:16;⇥signed:0;
 *   …
 *   print fmt: "prev_comm=%s …", REC->prev_comm, …
 */

export interface TracepointField {
  /** As in C, without the name: "unsigned char", "__data_loc char[]". */
  readonly type: string;
  readonly name: string;
  /** Offset in the raw data. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly isSigned: boolean;
  /** Elements of an array; 1 for others. */
  readonly length: number;
  readonly isArray: boolean;
  /** The field holds offset (low half) and size (high half) of data elsewhere in the sample. */
  readonly isDynamic: boolean;
  /** The offset of dynamic data counts from the field's end. */
  readonly isRelative: boolean;
  /** Common to all tracepoints ("common_pid"). */
  readonly isCommon: boolean;
}

export interface TracepointFormat {
  readonly system: string;
  readonly name: string;
  /** The attribute's config. */
  readonly id: number;
  readonly fields: readonly TracepointField[];
  /** The arguments of a printf, as C text: the format in quotes, then expressions over REC. */
  readonly printFormat: string;
}

const fieldPattern = /^\s*field:([^;]+);\s*offset:(\d+);\s*size:(\d+);(?:\s*signed:(\d+);)?/;

/** Parses a format; undefined where the text is none. */
export function parseTracepointFormat(system: string, text: string): TracepointFormat | undefined {
  const name = /^name:\s*(\S+)/m.exec(text)?.[1];
  const id = /^ID:\s*(\d+)/m.exec(text)?.[1];
  if (name === undefined || id === undefined) return undefined;
  const printAt = text.indexOf('print fmt:');
  const fieldText = printAt < 0 ? text : text.slice(0, printAt);
  const fields = fieldText
    .split('\n')
    .map(parseField)
    .filter((field) => field !== undefined);
  const printFormat = printAt < 0 ? '' : text.slice(printAt + 'print fmt:'.length).trim();
  return { system, name, id: Number(id), fields, printFormat };
}

function parseField(line: string): TracepointField | undefined {
  const match = fieldPattern.exec(line);
  if (!match) return undefined;
  const [, declaration, offset, size, signed] = match;
  const parts = /^(.*?)\s*([A-Za-z_]\w*)\s*((?:\[[^\]]*\])*)$/.exec(declaration.trim());
  if (!parts) return undefined;
  const [, type, name, brackets] = parts;
  const isDynamic = /^__(?:data|rel)_loc\b/.test(type);
  const sizeBytes = Number(size);
  const isArray = brackets !== '' || isDynamic;
  const count = /\[(\d+)\]/.exec(brackets)?.[1];
  return {
    type,
    name,
    offset: Number(offset),
    sizeBytes,
    isSigned: signed === '1',
    length: isArray && !isDynamic ? (count === undefined ? sizeBytes : Number(count)) : 1,
    isArray,
    isDynamic,
    isRelative: type.startsWith('__rel_loc'),
    isCommon: name.startsWith('common_'),
  };
}
