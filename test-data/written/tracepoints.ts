/** A recording of tracepoints whose formats use everything that print formats can, and of some that cannot be read. */

import { Feature } from '../../parser';
import {
  PERF_RECORD_MISC_KERNEL,
  PERF_SAMPLE_CPU,
  PERF_SAMPLE_IDENTIFIER,
  PERF_SAMPLE_RAW,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  PERF_TYPE_TRACEPOINT,
  RecordType,
} from '../../parser/perf-data/constants';
import { RecordingBuilder, type ByteBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { nameEvents } from './event-names';

const commonFields = [
  'unsigned short common_type;	offset:0;	size:2;	signed:0;',
  'unsigned char common_flags;	offset:2;	size:1;	signed:0;',
  'unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;',
  'int common_pid;	offset:4;	size:4;	signed:1;',
];

/** Fields that all formats here share, so that all print the same data. */
const fields = [
  's8 tiny;	offset:8;	size:1;	signed:1;',
  'u8 byte;	offset:9;	size:1;	signed:0;',
  'short small;	offset:10;	size:2;	signed:1;',
  'int number;	offset:12;	size:4;	signed:1;',
  'unsigned long address;	offset:16;	size:8;	signed:0;',
  'long difference;	offset:24;	size:8;	signed:1;',
  'void * pointer;	offset:32;	size:8;	signed:0;',
  'char comm[16];	offset:40;	size:16;	signed:0;',
  'unsigned long args[3];	offset:56;	size:24;	signed:0;',
  'u16 words[4];	offset:80;	size:8;	signed:0;',
  'u8 mac[6];	offset:88;	size:6;	signed:0;',
  'u8 v4[4];	offset:94;	size:4;	signed:0;',
  'u8 v6[16];	offset:98;	size:16;	signed:0;',
  'const char * format;	offset:120;	size:8;	signed:0;',
  '__data_loc char[] name;	offset:128;	size:4;	signed:0;',
  '__rel_loc char[] other;	offset:132;	size:4;	signed:0;',
  '__data_loc u8[] bytes;	offset:136;	size:4;	signed:0;',
  '__data_loc u32[] numbers;	offset:140;	size:4;	signed:0;',
  '__data_loc u8[] peer;	offset:144;	size:4;	signed:0;',
  '__data_loc cpumask_t mask;	offset:148;	size:4;	signed:0;',
];
/** What perf asks for before it reads formats: the header of a page of the kernel's ring buffer. */
const headerPage = [
  '\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n',
  '\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n',
  '\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n',
  '\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n',
].join('');

const FIXED_SIZE = 152;
const KERNEL_STRING = 0xffffffff82819720n;

const printFormats: Readonly<Record<string, string>> = {
  integers:
    '"%d %u %x %hhd %hd|%5d|%-5d|%05d|%+d|%#x|%#o|%.4d|%X|%c|%i", REC->tiny, REC->byte, REC->small, REC->tiny, ' +
    'REC->small, REC->number, REC->number, REC->number, REC->number, REC->byte, REC->byte, REC->byte, REC->number, REC->byte & 0x7f, REC->number',
  longs:
    '"%ld %lu %lx %lld %llx %zu %08lx %#016lx %Lx", REC->difference, REC->address, REC->address, REC->difference, ' +
    '(unsigned long long)REC->number, (size_t)REC->number, REC->address, REC->address, REC->difference',
  casts:
    '"%lld %lld %lld %lld %llx %u", (long long)REC->number, (s32)REC->number, (u64)REC->tiny, (int)REC->difference, ' +
    '(unsigned char)REC->address, (u8)0x1ff',
  operators:
    '"%d %d %d %d %d %d %d %lx %lx %lx %ld", REC->number + 1, REC->number - REC->byte, REC->byte * 3, REC->byte / 7, REC->byte % 7, ' +
    'REC->number < 0, !REC->number, ~REC->address, REC->address >> 4, REC->address << 4 | 1, -REC->difference',
  logic:
    '"%d %d %d %d %s %s", REC->byte && REC->number, REC->byte || 0, REC->byte == 200, REC->byte >= 200, ' +
    'REC->byte > 100 ? "large" : "small", REC->number ? (REC->byte ? "both" : "number") : "none"',
  flags:
    '"%s [%s] %s %8s", __print_flags(REC->byte, "|", { 0x01, "A" }, { 1 << 3, "D" }, { (1UL << 6), "G" }, { 0x80, "H" }), ' +
    '__print_flags(REC->number & 0, ",", { 1, "x" }), __print_flags(REC->tiny, "", { -1, "all" }, { 4, "f" }), ' +
    '__print_flags(REC->byte, "|", { 0xc8, "exact" }, { 0, ((void *)0) })',
  symbols:
    '"%s %s %s %-6s|", __print_symbolic(REC->byte, { 200, "two hundred" }, { 7, "seven" }), ' +
    '__print_symbolic(REC->number, { -1, "minus one" }, { 7, "seven" }), __print_symbolic(REC->byte, { UNKNOWN, "u" }), ' +
    '__print_symbolic(REC->byte / 100, { NET_TX_SOFTIRQ, "tx" }, { HI_SOFTIRQ, "hi" })',
  strings:
    '"%s|%20s|%-20s|%.3s|%.*s|%s|%s|%s", REC->comm, REC->comm, REC->comm, REC->comm, 4, REC->comm, __get_str(name), ' +
    '__get_rel_str(other), "literal\\twith \\"quotes\\"" " joined"',
  arrays:
    '"%lx %lx %d %d %u %u", REC->args[0], REC->args[2], REC->words[1], ((u8 *)__get_dynamic_array(bytes))[1], ' +
    '__get_dynamic_array_len(bytes), sizeof(REC->number)',
  bytes:
    '"%s %s %s %s %s %*ph %*phC", __print_hex(__get_dynamic_array(bytes), __get_dynamic_array_len(bytes)), ' +
    '__print_hex_str(REC->mac, 6), __print_array(__get_dynamic_array(numbers), __get_dynamic_array_len(numbers) / 4, 4), ' +
    '__print_array(REC->words, 4, 2), __print_array(REC->mac, 2, 3), ' +
    '__get_dynamic_array_len(bytes), __get_dynamic_array(bytes), 3, __get_dynamic_array(bytes)',
  pointers:
    '"%p %ps %pS %pK %px", REC->pointer, REC->pointer, (void *)REC->address, REC->pointer, REC->pointer',
  network:
    '"%pM %pm %pMF %pMR %pI4 %pi4 %pI4h %pI6 %pi6 %pI6c %pISpc %pIS %pM", REC->mac, REC->mac, REC->mac, REC->mac, REC->v4, REC->v4, ' +
    'REC->v4, REC->v6, REC->v6, REC->v6, (struct sockaddr *)__get_sockaddr(peer), __get_sockaddr(peer), REC->v4',
  identifiers: '"%pU %pUb %pUl %pUB %pUL", REC->v6, REC->v6, REC->v6, REC->v6, REC->v6',
  masks: '"%s %s", __get_bitmask(mask), __get_cpumask(mask)',
  kernelStrings: '"%s %s", REC->format, REC->address ? __get_str(name) : "none"',
  percents: '"100%% %d%%%s %e", REC->byte, REC->comm, REC->byte',
  joined: '"a" "b=%d\\n" "c", (REC->byte)',
  unlikely: '"%d", __builtin_expect(!!(REC->byte), 1)',
  unknownFunction: '"%d", strange(REC->byte)',
  missingArgument: '"%d %d", REC->byte',
  noArguments: '"nothing"',
  // What libtraceevent takes apart in a way of its own.
  parentheses:
    '"%x %d %d %ld %d", REC->byte & (0x40 | 0x08 | 0x03), REC->byte < (REC->number < 3 ? 3 : 300), REC->byte * (2 + 3), ' +
    'REC->address - REC->byte - 1, REC->byte | (REC->number == 7)',
  signs: '"%d %d %lx %d", REC->byte + -3, !REC->number + 5, ~REC->address & 0xff, REC->byte == -REC->number',
  choices:
    '"%s %d", !REC->number ? "zero" : REC->byte == 7 ? "seven" : "other", REC->byte > 100 ? 1 : 2 + REC->byte',
  nestedChoice: '"%s", REC->number ? REC->byte ? "both" : "number" : "none"',
  missingField: '"%d", REC->missing',
  unevenParentheses: '"%d", (REC->byte',
};

/** Values of the fields of one sample, from the data given. */
function rawData(
  writer: RecordingBuilder,
  id: number,
  byte: number,
  number: number,
  big: bigint,
): ByteBuilder {
  const raw = writer.bytes().u16(id).u8(0).u8(0).u32(4711);
  raw
    .u8(number & 0xff)
    .u8(byte)
    .u16(number & 0xffff)
    .u32(number >>> 0)
    .u64(big)
    .u64(-big)
    .u64(big >> 8n);
  raw.raw(new TextEncoder().encode('traced program\0\0'));
  for (const word of [1n, big, ~big]) raw.u64(word);
  for (const word of [1, 0xfffe, byte, 4]) raw.u16(word);
  raw.raw(Uint8Array.of(0, 1, 2, 0xab, 0xcd, byte)).raw(Uint8Array.of(127, 0, 0, byte));
  const v6 = byte > 100 ? '20010db8000000000000000000000001' : '00000000000000000000ffff7f000001';
  raw
    .raw(Uint8Array.from(Buffer.from(v6, 'hex')))
    .zeros(6)
    .u64(byte > 100 ? KERNEL_STRING : big);
  const dynamic = writer.bytes();
  const place = (from: number, bytes: Uint8Array): void => {
    raw.u32((bytes.length << 16) | (FIXED_SIZE + dynamic.size - from));
    dynamic.raw(bytes);
  };
  place(0, new TextEncoder().encode('a name\0'));
  place(136, new TextEncoder().encode('related\0'));
  place(0, Uint8Array.of(1, 2, byte, 0xff));
  place(
    0,
    writer
      .bytes()
      .u32(7)
      .u32(number >>> 0)
      .finish(),
  );
  const family = byte > 100 ? 2 : 10;
  const peer = writer
    .bytes()
    .u16(family)
    .raw(Uint8Array.of(0x1f, 0x90, 10, 0, 0, 1, 0, 0));
  place(
    0,
    peer
      .raw(new Uint8Array(family === 2 ? 6 : 17))
      .raw(new Uint8Array(1).fill(1))
      .finish(),
  );
  place(0, Uint8Array.of(byte, 0, 0xf0, 1, 0, 0, 0, 0x80));
  return raw.raw(dynamic.finish());
}

function tracingData(writer: RecordingBuilder): Uint8Array {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const out = writer
    .bytes()
    .raw(Uint8Array.of(0x17, 0x08, 0x44))
    .raw(text('tracing0.6\0'));
  out
    .u8(writer.littleEndian ? 0 : 1)
    .u8(8)
    .u32(4096);
  out.raw(text('header_page\0')).u64(headerPage.length).raw(text(headerPage));
  out.raw(text('header_event\0')).u64(0);
  const formats = Object.entries(printFormats);
  out.u32(0).u32(1).raw(text('written\0')).u32(formats.length);
  formats.forEach(([name, printFormat], i) => {
    const lines = [...commonFields, '', ...fields].map((line) => (line === '' ? '' : `\tfield:${line}`));
    const format = text(
      `name: ${name}\nID: ${i + 1}\nformat:\n${lines.join('\n')}\n\nprint fmt: ${printFormat}\n`,
    );
    out.u64(format.length).raw(format);
  });
  const strings = text(`0x${KERNEL_STRING.toString(16)} : "kernel string"\n`);
  return out.u32(0).u32(strings.length).raw(strings).u64(0).finish();
}

/** Formats that perf reads as if the arrays in them were of the reading machine's byte order. */
const hostOrderFormats = ['bytes', 'network', 'kernelStrings'];

const SAMPLE_TYPE =
  PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU | PERF_SAMPLE_RAW;

export function writeTracepoints(littleEndian: boolean): Uint8Array {
  const writer = new RecordingBuilder(littleEndian);
  const names = Object.keys(printFormats);
  names.forEach((_, i) =>
    writer.event({ type: PERF_TYPE_TRACEPOINT, config: i + 1, sampleType: SAMPLE_TYPE, ids: [i + 1] }),
  );
  nameEvents(
    writer,
    names.map((name) => `written:${name}`),
  );
  writer.feature(Feature.TRACING_DATA, tracingData(writer));
  let time = 1_000_000_000;
  names.forEach((name, i) => {
    if (!littleEndian && hostOrderFormats.includes(name)) return;
    const samples: [number, number, bigint][] = [
      [200, -2, 0xffffffff81234567n],
      [7, 0, 0n],
      [1, 123456, 0x7fa3c4513000n],
    ];
    for (const [byte, number, big] of samples) {
      const raw = rawData(writer, i + 1, byte, number, big);
      const sizeBytes = Math.ceil((raw.size + 4) / 8) * 8 - 4;
      writer.record(
        RecordType.SAMPLE,
        (body) => {
          body
            .u64(i + 1)
            .u32(4711, 4712)
            .u64(time)
            .u32(3, 0, sizeBytes);
          body.raw(raw.finish()).zeros(sizeBytes - raw.size);
        },
        PERF_RECORD_MISC_KERNEL,
      );
      time += 1_000_000;
    }
  });
  return writer.toFile();
}
