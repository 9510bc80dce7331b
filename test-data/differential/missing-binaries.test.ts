import { partOfReport, partOfScript } from './missing-binaries';

const script = [
  'worker 7 1.5: cycles:',
  '\t          400100 inner+0x0 (/usr/lib/libc.so.6)',
  '\t          500200 middle+0x10 (/w/missing)',
  '\t          400300 outer+0x20 (/usr/lib/libc.so.6)',
  '',
  'worker 7 1.6: cycles:',
  '\tffff800000400100 entry+0x0 ([kernel.kallsyms])',
  '\t          400100 inner+0x0 (/usr/lib/libc.so.6)',
  '',
].join('\n');

test('stacks end before the first frame in a missing binary, kernel parts and headers stay', () => {
  expect(partOfScript(script, script, ['/w/missing']).split('\n')).toEqual([
    'worker 7 1.5: cycles:',
    '\t          400100 inner+0x0 (/usr/lib/libc.so.6)',
    '',
    'worker 7 1.6: cycles:',
    '\tffff800000400100 entry+0x0 ([kernel.kallsyms])',
    '\t          400100 inner+0x0 (/usr/lib/libc.so.6)',
    '',
  ]);
});

test('a text without paths is cut where the one with paths says', () => {
  const withoutPaths = script.replace(/ \(.*\)$/gm, '');
  expect(partOfScript(withoutPaths, script, ['/w/missing'])).not.toContain('400300');
});

test('of a table the lines of missing binaries go, and the width that their symbols gave it', () => {
  const table = [
    '# Overhead  Command  Shared Object  Symbol          ',
    '# ........  .......  .............  ................',
    '    60.00%  worker   missing        [.] a_long_symbol',
    '    40.00%  worker   libc.so.6      [.] inner',
  ].join('\n');
  expect(partOfReport(table, ['/w/missing']).split('\n')).toEqual([
    '# Overhead  Command  Shared Object  Symbol',
    '# ........  .......  .............  ',
    '    40.00%  worker   libc.so.6      [.] inner',
  ]);
});
