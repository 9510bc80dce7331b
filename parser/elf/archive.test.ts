/** Archives as ar(5) describes them, written by hand: the names of GNU and BSD, thin ones, and damage. */

import { MemoryByteSource } from '../bytes';
import { archiveKindOf, listArchiveMembers } from './archive';

function header(name: string, size: number): string {
  return `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(size).padEnd(10)}\`\n`;
}

const sourceOf = (text: string) => new MemoryByteSource('x.a', Buffer.from(text, 'latin1'));

test('GNU: short names, long names, the index of symbols, contents of odd size', () => {
  const names = 'a_name_of_more_than_15.o/\n';
  const text =
    `!<arch>\n${header('/', 4)}abcd${header('//', names.length)}${names}` +
    `${header('one.o/', 3)}ONE\n${header('/0', 4)}LONG`;
  const source = sourceOf(text);
  expect(archiveKindOf(source)).toBe('regular');
  expect(listArchiveMembers(source)).toEqual([
    { name: 'one.o', fileOffset: text.indexOf('ONE'), sizeBytes: 3 },
    { name: 'a_name_of_more_than_15.o', fileOffset: text.indexOf('LONG'), sizeBytes: 4 },
  ]);
});

test('BSD: the name is before the contents', () => {
  const text = `!<arch>\n${header('#1/12', 16)}member_b.o\0\0BODY`;
  expect(listArchiveMembers(sourceOf(text))).toEqual([
    { name: 'member_b.o', fileOffset: text.indexOf('BODY'), sizeBytes: 4 },
  ]);
});

test('thin: members are files', () => {
  const names = 'sub/m1.o/\nm2.o/\n';
  const text = `!<thin>\n${header('//', names.length)}${names}${header('/0', 1234)}${header('/10', 99)}`;
  expect(listArchiveMembers(sourceOf(text)).map(({ name, fileOffset }) => [name, fileOffset])).toEqual([
    ['sub/m1.o', -1],
    ['m2.o', -1],
  ]);
});

test.each([
  ['contents cut off', `!<arch>\n${header('one.o/', 9)}ONE`, '3 bytes left'],
  ['a header cut off', '!<arch>\none.o/', '6 bytes left'],
  [
    'a size that is not a number',
    `!<arch>\n${header('one.o/', 3).replace('3 ', 'x ')}ONE`,
    'expected a size',
  ],
  ['a long name that is not there', `!<arch>\n${header('/7', 0)}`, 'name /7'],
  ['no archive', 'text, long enough', 'not an archive'],
])('%s', (_what, text, message) => {
  expect(() => listArchiveMembers(sourceOf(text))).toThrow(message);
});
