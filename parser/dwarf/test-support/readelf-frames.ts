/**
 * `readelf -wF` ("interpreted frames") read back: for every FDE its rows, in a form that can be compared with
 * ours by string equality.
 *
 *   00000058 0000000000000028 0000005c FDE cie=00000000 pc=0000000000029e40..0000000000029eef
 *      LOC           CFA      rbx   r14   ra
 *   0000000000029e40 rsp+8    u     u     c-8
 *
 * readelf prints a row at every advance of the location, even by nothing; the last row of an address counts.
 * It prints no table for an FDE without instructions: its CIE's row holds.
 */

import { CfaKind, RuleKind, type CfiRow } from '../cfi/cfi-row';

export interface FdeRows {
  readonly sectionOffset: number;
  readonly start: bigint;
  readonly end: bigint;
  /** "29e40 rsp+8 r14=c-16", registers by number, those without a rule or undefined left out. */
  readonly rows: string[];
}

/** The FDEs of one section (`.eh_frame` or `.debug_frame`) in readelf's output. */
export function parseReadelfFrames(text: string, section: string, machine: number): FdeRows[] {
  const marker = `Contents of the ${section} section`;
  const from = text.indexOf(marker);
  if (from < 0) return [];
  const until = text.indexOf('\nContents of the ', from + marker.length);
  const lines = text.slice(from, until < 0 ? undefined : until).split('\n');
  const names = registerNumbers(machine);
  const cieRows = new Map<number, string>();
  const cieReturnAddress = new Map<number, number>();
  const fdes: FdeRows[] = [];

  for (let i = 0; i < lines.length; i++) {
    const cie = /^([0-9a-f]+) \S+ \S+ CIE .* ra=(\d+)/.exec(lines[i]);
    const fde = /^([0-9a-f]+) \S+ \S+ FDE cie=([0-9a-f]+) pc=([0-9a-f]+)\.\.([0-9a-f]+)/.exec(lines[i]);
    if (!cie && !fde) continue;
    const cieOffset = parseInt(cie ? cie[1] : fde![2], 16);
    if (cie) cieReturnAddress.set(cieOffset, Number(cie[2]));
    const table: [location: string, rules: string][] = [];
    if (lines[i + 1]?.startsWith('   LOC')) {
      const columns = lines[++i].trim().split(/ +/).slice(2);
      for (; lines[i + 1]?.trim() !== '' && i + 1 < lines.length; i++) {
        // A register as a rule comes as "r8 (r8)": number and name.
        const line = lines[i + 1].trim().replace(/ \(\w+\)/g, '');
        const [location, cfa, ...values] = line.split(/ +/);
        const rules = values
          .map((value, at) => ({
            register: columns[at] === 'ra' ? cieReturnAddress.get(cieOffset)! : names(columns[at]),
            value,
          }))
          .filter((rule) => rule.value !== 'u')
          .sort((a, b) => a.register - b.register)
          .map((rule) => `${rule.register}=${rule.value}`);
        table.push([location, [renameCfa(cfa, names), ...rules].join(' ')]);
      }
    }
    if (cie) {
      cieRows.set(cieOffset, table[0]?.[1] ?? '');
      continue;
    }
    const [start, end] = [BigInt(`0x${fde![3]}`), BigInt(`0x${fde![4]}`)];
    if (table.length === 0) table.push([fde![3], cieRows.get(cieOffset) ?? '']);
    const rows = table
      .filter(([location], at) => location !== table[at + 1]?.[0] && BigInt(`0x${location}`) < end)
      .map(([location, rules]) => `${BigInt(`0x${location}`).toString(16)} ${rules}`);
    fdes.push({ sectionOffset: parseInt(fde![1], 16), start, end, rows });
  }
  return fdes;
}

/** One of our rows in the same form. */
export function formatRow(row: CfiRow): string {
  const rules = [...row.ruledRegisters.subarray(0, row.ruledCount)]
    .sort((a, b) => a - b)
    .map((register) => ({ register, text: formatRule(row, register) }))
    .filter((rule) => rule.text !== 'u')
    .map((rule) => `${rule.register}=${rule.text}`);
  const location = BigInt.asUintN(64, BigInt(row.startSvma)).toString(16);
  return [location, formatCfa(row), ...rules].join(' ');
}

function formatCfa(row: CfiRow): string {
  if (row.cfaKind === CfaKind.Expression) return 'exp';
  return `r${row.cfaRegister}${signed(row.cfaOffset)}`;
}

function formatRule(row: CfiRow, register: number): string {
  const kind: RuleKind = row.ruleKind[register];
  const value = row.ruleValue[register];
  switch (kind) {
    case RuleKind.Unspecified:
    case RuleKind.Undefined:
      return 'u';
    case RuleKind.SameValue:
      return 's';
    case RuleKind.Offset:
      return `c${signed(value)}`;
    case RuleKind.ValOffset:
      return `v${signed(value)}`;
    case RuleKind.Register:
      return `r${value}`;
    case RuleKind.Expression:
      return 'exp';
    case RuleKind.ValExpression:
      return 'vexp';
  }
}

function signed(value: number): string {
  return value < 0 ? `${value}` : `+${value}`;
}

function renameCfa(cfa: string, names: (name: string) => number): string {
  const parts = /^(.+?)([+-]\d+)$/.exec(cfa);
  return parts ? `r${names(parts[1])}${parts[2]}` : cfa;
}

const I386 = 'eax ecx edx ebx esp ebp esi edi eip'.split(' ');
const X86_64 = 'rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip'.split(' ');
/** The order in which s390x numbers its floating-point registers, and the upper half of its vector registers. */
const S390_FLOATS = [0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15];

/** Register names as readelf prints them for a machine (EM_386, EM_X86_64, EM_AARCH64, EM_S390), to DWARF numbers. */
function registerNumbers(machine: number): (name: string) => number {
  const names = new Map<string, number>();
  if (machine === 3) {
    I386.forEach((name, number) => names.set(name, number));
  } else if (machine === 62) {
    X86_64.forEach((name, number) => names.set(name, number));
    for (let i = 0; i < 16; i++) names.set(`xmm${i}`, 17 + i);
  } else if (machine === 183) {
    for (let i = 0; i < 31; i++) names.set(`x${i}`, i);
    names.set('sp', 31);
    names.set('vg', 46);
    for (let i = 0; i < 32; i++) names.set(`v${i}`, 64 + i);
  } else if (machine === 22) {
    for (let i = 0; i < 16; i++) names.set(`r${i}`, i);
    S390_FLOATS.forEach((float, at) => names.set(`f${float}`, 16 + at));
    S390_FLOATS.forEach((float, at) => names.set(`v${16 + float}`, 68 + at));
  }
  return (name) => {
    const number = names.get(name) ?? (/^r\d+$/.test(name) ? Number(name.slice(1)) : undefined);
    if (number === undefined) throw new Error(`unknown register ${name} in readelf's output`);
    return number;
  };
}
