import { testWhere } from '../../test-data/test-support/left-out';
import { classifyMapping, isJitMemory, moduleName, printedMappingName, undeletedPath } from './mapping-kind';
import { askPerf, findToolchain, noToolchain } from '../test-support/perf-oracle';

test.each([
  ['/usr/bin/a', 'file'],
  ['/usr/bin/a (deleted)', 'deleted'],
  ['/memfd:jit (deleted)', 'deleted'],
  ['//anon', 'anonymous'],
  ['/dev/zero (deleted)', 'anonymous'],
  ['/anon_hugepage (deleted)', 'anonymous'],
  ['[heap]', 'unnamed'],
  ['[stack]', 'unnamed'],
  ['[stack:123]', 'unnamed'],
  ['/SYSV00000000 (deleted)', 'unnamed'],
  ['[vdso]', 'vdso'],
  ['[vsyscall]', 'vsyscall'],
  ['[vvar]', 'special'],
  ['[uprobes]', 'special'],
])('%s in user space is %s', (name, kind) => {
  expect(classifyMapping(name, false)).toBe(kind);
});

test.each([
  ['[kernel.kallsyms]_text', 'kernel'],
  ['[guest.kernel.kallsyms.42]', 'kernel'],
  ['[nf_tables]', 'kernel-module'],
  ['/lib/modules/7.2/kernel/net/nf-tables.ko.xz', 'kernel-module'],
  ['bpf_prog_6deef7357e7b4530_sd_fw_ingress', 'special'],
])('%s in kernel space is %s', (name, kind) => {
  expect(classifyMapping(name, true)).toBe(kind);
});

test('huge pages are memory whatever they are called', () => {
  expect(classifyMapping('/dev/hugepages/x', false, true)).toBe('anonymous');
});

test('names that are printed', () => {
  expect(printedMappingName('[kernel.kallsyms]_text', 'kernel', true, -1)).toBe('[kernel.kallsyms]');
  expect(moduleName('/lib/modules/7.2/kernel/net/nf-tables.ko.xz')).toBe('[nf_tables]');
  expect(moduleName('[nf_tables]')).toBe('[nf_tables]');
  expect(undeletedPath('/a (deleted)')).toBe('/a');
  expect(isJitMemory('anonymous') && isJitMemory('unnamed')).toBe(true);
  expect(isJitMemory('file')).toBe(false);
});

testWhere(
  findToolchain() !== undefined,
  'executable mappings are printed as perf prints them',
  noToolchain,
  () => {
    const names = [
      '/usr/bin/a',
      '/usr/bin/a (deleted)',
      '/memfd:jit (deleted)',
      '//anon',
      '/dev/zero (deleted)',
      '/anon_hugepage (deleted)',
      '[heap]',
      '[stack]',
      '/SYSV00000000 (deleted)',
      '[vsyscall]',
      '[uprobes]',
    ];
    const mappings = names.map((path, i) => ({
      path,
      avma: 0x10_0000 * (i + 1),
      sizeBytes: 0x1000,
      fileOffset: 0,
    }));
    const printed = askPerf(
      new Map([['nothing', __filename]]),
      mappings,
      mappings.map(({ avma }) => avma + 8),
    );
    // The process that askPerf makes up has the number 4242.
    const ours = names.map((name) => printedMappingName(name, classifyMapping(name, false), true, 4242));
    expect(ours.map((name) => `[unknown] (${name})`)).toEqual(printed);
  },
);
