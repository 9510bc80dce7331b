/** Rows as a person reads them, side by side with readelf's notation. */

import { machines } from '../../../parser';
import { RecoveryRow } from '../../../sframe/recovery';
import { formatRecoveryRow, type RowNotation } from './row-text';

const x86: RowNotation = { machine: machines.x86_64, littleEndian: true };
const s390x: RowNotation = { machine: machines.s390x, littleEndian: false };

/** A row with these rules, its expressions in the section given. */
function makeRow(set: (row: RecoveryRow) => void, ...section: number[]): RecoveryRow {
  const row = new RecoveryRow();
  row.section = Uint8Array.from(section);
  row.cfa.setSum(7, 16, false);
  row.fp.setSum(6, 0, false);
  row.ra.setSum(-1, -8, true);
  set(row);
  return row;
}

const format = (row: RecoveryRow, notation = x86) => formatRecoveryRow(row, notation).replace(/ +/g, ' ');

test('plain rows', () => {
  expect(format(makeRow(() => undefined))).toBe('rsp+16 u c-8');
  expect(format(makeRow((row) => row.fp.setSum(-1, -16, true)))).toBe('rsp+16 c-16 c-8');
  expect(format(makeRow((row) => row.fp.setSum(-1, -16, false)))).toBe('rsp+16 =c-16 c-8');
  expect(format(makeRow((row) => row.fp.setLost()))).toBe('rsp+16 lost c-8');
});

test('rules by other registers', () => {
  const row = makeRow((made) => {
    made.cfa.setSum(15, 160, false);
    made.fp.setSum(11, 0, false);
    made.ra.setSum(17, 0, false);
  });
  expect(format(row, s390x)).toBe('r15+160 u f2');
  expect(format(makeRow((made) => made.cfa.setSum(6, -16, true)))).toBe('(rbp-16) u c-8');
});

test('flags', () => {
  expect(format(makeRow((row) => (row.isSignal = true)))).toBe('rsp+16 u c-8 signal');
  expect(format(makeRow((row) => (row.isRaSigned = true)))).toBe('rsp+16 u c-8[s]');
  expect(format(makeRow((row) => (row.isRaSigned = row.usesKeyB = true)))).toBe('rsp+16 u c-8[s, key B]');
  expect(format(makeRow((row) => (row.isOutermost = true)))).toBe('no caller');
});

test.each([
  ['a PLT', [0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22], '(rsp+8)+(((rip&15)>=11)<<3)'],
  ['a saved stack pointer', [0x77, 0xa0, 0x01, 0x06], '(rsp+160)'],
  ['constants', [0x76, 0, 0x0a, 0x34, 0x12, 0x1c], 'rbp-4660'],
  ['a branch: no formula', [0x2f, 0, 0], 'expression 2f 00 00'],
  ['cut off', [0x77], 'expression 77'],
])('an expression: %s', (_, bytes, formula) => {
  const row = makeRow((made) => made.cfa.setExpression(0, bytes.length, false), ...bytes);
  expect(format(row)).toBe(`${formula} u c-8`);
});

test('a register’s expression begins with the CFA', () => {
  const bytes = [0x40, 0x1c];
  expect(format(makeRow((row) => row.fp.setExpression(0, 2, true), ...bytes))).toBe('rsp+16 (c-16) c-8');
});
