/** Expectations are what perf 7.2 with libtraceevent 1.9 printed for these formats and bytes (Linux 6.18, x86-64). */

import {
  parseTracepointFormat,
  Sample,
  type OperatorBinding,
  type RecordedEvent,
  type TracingData,
} from '../../../parser';
import { TraceText } from './trace-text';

const common = `
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;
`;

/** Prints raw data by a format; `fields` are lines without the word "field:". */
function print(
  fields: string[],
  printFormat: string,
  raw: Uint8Array,
  operators: OperatorBinding = 'c',
): string | undefined {
  const lines = fields.map((field) => `\tfield:${field};`).join('\n');
  const text = `name: test\nID: 7\nformat:${common}\n${lines}\n\nprint fmt: ${printFormat}\n`;
  const data: TracingData = {
    littleEndian: true,
    longSizeBytes: 8,
    formats: [parseTracepointFormat('test', text)!],
    printkFormats: new Map([[0xffffffff8281972fn, 'thaw_processes']]),
    commByTid: new Map(),
  };
  const sample = new Sample();
  sample.bytes = raw;
  sample.rawOffset = 0;
  sample.rawSizeBytes = raw.length;
  const namer = (address: bigint): { name: string; offset: number } | undefined =>
    address === 0xffffffff817554ean ? { name: 'elf_load', offset: 0x29e } : undefined;
  return new TraceText(data, namer, operators).format(sample, {
    attr: { config: 7n },
  } as RecordedEvent);
}

function bytes(...parts: (readonly [sizeBytes: number, value: bigint | number] | string)[]): Uint8Array {
  const out: number[] = [];
  for (const part of parts) {
    if (typeof part === 'string') out.push(...Buffer.from(part, 'latin1'));
    else for (let i = 0; i < part[0]; i++) out.push(Number((BigInt(part[1]) >> BigInt(8 * i)) & 0xffn));
  }
  return Uint8Array.from(out);
}

const header = [8, 0] as const;

test('sched_switch: arrays of characters, flags after a condition, a plus for preemption', () => {
  const states =
    '(0x00000000 | 0x00000001 | 0x00000002 | 0x00000004 | 0x00000008 | 0x00000010 | 0x00000020 | 0x00000040)';
  const state = `REC->prev_state & (((${states} + 1) << 1) - 1)`;
  const format =
    '"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s", REC->prev_comm, REC->prev_pid, REC->prev_prio, ' +
    `(${state}) ? __print_flags(${state}, "|", { 0x00000001, "S" }, { 0x00000002, "D" }, { 0x00000080, "I" }) : "R", ` +
    `REC->prev_state & ((${states} + 1) << 1) ? "+" : "", REC->next_comm`;
  const fields = [
    'char prev_comm[16];	offset:8;	size:16;	signed:0',
    'pid_t prev_pid;	offset:24;	size:4;	signed:1',
    'int prev_prio;	offset:28;	size:4;	signed:1',
    'long prev_state;	offset:32;	size:8;	signed:1',
    'char next_comm[16];	offset:40;	size:16;	signed:0',
  ];
  const raw = (state: number): Uint8Array =>
    bytes(header, 'bash\0'.padEnd(16, '\0'), [4, 312], [4, 120], [8, state], 'disk writer'.padEnd(16, '\0'));
  const text = 'prev_comm=bash prev_pid=312 prev_prio=120 prev_state=';
  expect(print(fields, format, raw(0))).toBe(`${text}R ==> next_comm=disk writer`);
  expect(print(fields, format, raw(3))).toBe(`${text}S|D ==> next_comm=disk writer`);
  expect(print(fields, format, raw(0x100))).toBe(`${text}R+ ==> next_comm=disk writer`);
});

test('functions with and without offset, addresses that no function covers, pointers', () => {
  const fields = [
    'unsigned long address;	offset:8;	size:8;	signed:0',
    'unsigned long ip;	offset:16;	size:8;	signed:0',
    'void * timer;	offset:24;	size:8;	signed:0',
  ];
  const raw = bytes(header, [8, 0x562b276d48a4], [8, 0xffffffff817554ean], [8, 0]);
  const format =
    '"address=%ps ip=%ps at=%pS timer=%p", (void *)REC->address, (void *)REC->ip, (void *)REC->ip, REC->timer';
  expect(print(fields, format, raw)).toBe('address=0x562b276d48a4 ip=elf_load at=elf_load+0x29e timer=(nil)');
});

test('names of the kernel that have no value here: in pairs nothing equals them, elsewhere they are zero', () => {
  const fields = [
    'u64 mode;	offset:8;	size:8;	signed:0',
    'unsigned long dirtied_when;	offset:16;	size:8;	signed:0',
    'unsigned long pfn;	offset:24;	size:8;	signed:0',
  ];
  const raw = bytes(header, [8, 0x50], [8, 4296285481], [8, 0x16770f]);
  const format =
    '"mode=%s state=%s age=%lu page=%p", __print_symbolic(REC->mode, {HRTIMER_MODE_ABS, "ABS"}, { 0, ((void *)0) }), ' +
    '__print_flags(REC->mode, "|", {I_NEW, "I_NEW"}, { 16, "I_SYNC" }), (jiffies - REC->dirtied_when) / 250, ' +
    'REC->pfn != -1UL ? (((struct page *)vmemmap_base) + (REC->pfn)) : ((void *)0)';
  expect(print(fields, format, raw)).toBe('mode=0x50 state=I_SYNC|0x40 age=73786976277653064 page=0x16770f');
});

test('arithmetic: everything is unsigned until it is printed, casts cut off, shifts', () => {
  const fields = [
    'unsigned long addr;	offset:8;	size:8;	signed:0',
    'dev_t dev;	offset:16;	size:4;	signed:0',
    'int error;	offset:20;	size:4;	signed:1',
  ];
  const raw = bytes(header, [8, 0x7fa3c4513000], [4, 266338304], [4, -2]);
  const isError = '((unsigned long)(void *)(REC->addr) >= (unsigned long)-4095)';
  const format =
    `"addr=0x%lx err=%ld dev %d,%d error=%d %lld byte=%u", ${isError} ? 0 : REC->addr, ${isError} ? REC->addr : 0, ` +
    '((unsigned int) ((REC->dev) >> 20)), ((unsigned int) ((REC->dev) & ((1U << 20) - 1))), REC->error, (long long)REC->error, (u8)0x1ff';
  expect(print(fields, format, raw)).toBe('addr=0x7fa3c4513000 err=0 dev 254,0 error=-2 4294967294 byte=255');
});

test('dynamic strings and arrays, relative ones, elements', () => {
  const fields = [
    '__data_loc char[] name;	offset:8;	size:4;	signed:0',
    '__rel_loc char[] other;	offset:12;	size:4;	signed:0',
    'unsigned long args[2];	offset:16;	size:16;	signed:0',
    'const char * s;	offset:32;	size:8;	signed:0',
  ];
  const raw = bytes(
    header,
    [4, (5 << 16) | 40],
    [4, (4 << 16) | 29],
    [8, 5],
    [8, 9],
    [8, 0xffffffff8281972fn],
    'filp\0',
    'abc\0',
  );
  const format =
    '"%s %s len=%d args=%lx,%lx hex=%s %s", __get_str(name), __get_rel_str(other), __get_dynamic_array_len(name), ' +
    'REC->args[0], REC->args[1], __print_hex(__get_dynamic_array(name), __get_dynamic_array_len(name)), REC->s';
  expect(print(fields, format, raw)).toBe('filp abc len=5 args=5,9 hex=66 69 6c 70 00 thaw_processes');
});

test('conversions: widths, padding, signs, prefixes', () => {
  const fields = ['unsigned int n;	offset:8;	size:4;	signed:0'];
  const format =
    '"%03d|%5u|%-5u|%#x|%08x|%X|%c|%.2s|%%|%hhd|%#o"' +
    ', REC->n'.repeat(7).replace(/$/, ', "abc", REC->n, REC->n');
  expect(print(fields, format, bytes(header, [4, 65]))).toBe(
    '065|   65|65   |0x41|00000041|41|A|ab|%|65|0101',
  );
});

test('parentheses count, but not with --as-perf', () => {
  const fields = ['unsigned int flags;	offset:8;	size:4;	signed:0'];
  const raw = bytes(header, [4, 0x20000]);
  const format =
    '"flags=%s %u", __print_flags(REC->flags & (0x40000 | 0x80000 | 0x100000), "|", { 0x40000, "M" }, { 0x80000, "D" }, ' +
    '{ 0x100000, "P" }), 10 - 3 - 2';
  expect(print(fields, format, raw)).toBe('flags= 5');
  expect(print(fields, format, raw, 'libtraceevent')).toBe('flags=D|P 9');
});

test('expressions without end are refused', () => {
  const fields = ['unsigned int n;	offset:8;	size:4;	signed:0'];
  const raw = bytes(header, [4, 65]);
  for (const expression of ['('.repeat(100_000), '1 + '.repeat(100_000) + '1', '-'.repeat(100_000) + '1']) {
    for (const operators of ['c', 'libtraceevent'] as const) {
      expect(print(fields, `"%d", ${expression}`, raw, operators)).toBe('[FAILED TO PARSE] n=65');
    }
  }
});

test('a field that is not there is zero', () => {
  const fields = ['unsigned int n;	offset:8;	size:4;	signed:0'];
  expect(print(fields, '"%d %u", REC->missing, REC->n', bytes(header, [4, 65]))).toBe('0 65');
});

test('a format that cannot be read shows the fields', () => {
  const fields = ['unsigned int n;	offset:8;	size:4;	signed:0', 'char name[4];	offset:12;	size:4;	signed:0'];
  const raw = bytes(header, [4, 65], 'abc\0');
  for (const format of ['"%d %d", REC->n', '"%d", strange(REC->n)', '"%d", (REC->n', '']) {
    expect(print(fields, format, raw)).toBe('[FAILED TO PARSE] n=65 name=abc');
  }
});

test('raw data that are cut off read as zero', () => {
  const fields = [
    'unsigned long a;	offset:8;	size:8;	signed:0',
    '__data_loc char[] name;	offset:16;	size:4;	signed:0',
  ];
  expect(print(fields, '"%lu %s", REC->a, __get_str(name)', bytes(header, [4, 1]))).toBe('0 ');
});

test('addresses of the network, UUIDs', () => {
  const fields = [
    'u8 v4[4];	offset:8;	size:4;	signed:0',
    'u8 v6[16];	offset:12;	size:16;	signed:0',
    'u8 mac[6];	offset:28;	size:6;	signed:0',
    'u8 id[16];	offset:34;	size:16;	signed:0',
    '__data_loc u8[] to;	offset:50;	size:4;	signed:0',
  ];
  const raw = bytes(
    header,
    [4, 0x0100007f],
    [4, 0xb80d0120],
    [11, 0],
    [1, 1],
    [6, 0xefcdab020100],
    [8, 0x0706050403020100n],
    [8, 0x0f0e0d0c0b0a0908n],
    [4, (16 << 16) | 54],
    ...([
      [2, 2],
      [1, 0x1f],
      [1, 0x90],
      [1, 10],
      [2, 0],
      [1, 1],
      [8, 0],
    ] as const),
  );
  const format =
    '"%pI4 %pi4 %pI6 %pI6c %pM %pmR %pU %pUL %pISpc", REC->v4, REC->v4, REC->v6, REC->v6, REC->mac, REC->mac, REC->id, REC->id, ' +
    '(struct sockaddr *)__get_sockaddr(to)';
  expect(print(fields, format, raw)).toBe(
    '127.0.0.1 127.000.000.001 2001:0db8:0000:0000:0000:0000:0000:0001 2001:db8::1 00:01:02:ab:cd:ef efcdab020100 ' +
      '00010203-0405-0607-0809-0a0b0c0d0e0f 03020100-0504-0706-0809-0A0B0C0D0E0F 10.0.0.1:8080',
  );
});

test('bitmaps as hexadecimal groups and as ranges', () => {
  const fields = ['__data_loc cpumask_t mask;	offset:8;	size:4;	signed:0'];
  const raw = bytes(header, [4, (8 << 16) | 12], [8, 0x1_0000_000fn]);
  expect(print(fields, '"%s %s", __get_bitmask(mask), __get_cpumask(mask)', raw)).toBe(
    '00000001,0000000f 0-3,32',
  );
});
