import { GeneratedCode } from './generated-code';
import { FakeFiles } from '../test-support/fake-files';

const map = new TextEncoder().encode('7f0000001000 10 generated\n');

test('a map is read once, and inside symfs', () => {
  const files = new FakeFiles({ '/s/tmp/perf-5.map': map });
  const code = new GeneratedCode(files, { symfs: '/s' }, () => undefined);
  const found = code.perfMapOf(5);
  expect(found?.name(found.find(0x7f0000001008))).toBe('generated');
  expect(code.perfMapOf(5)).toBe(found);
  expect(code.perfMapOf(6)).toBeUndefined();
  expect(code.perfMapOf(6)).toBeUndefined();
  expect(files.asked).toEqual(['/s/tmp/perf-5.map', '/s/tmp/perf-6.map', '/s/tmp/perf-1.map']);
  expect(files.openCount).toBe(0);
});

test('files that cannot be used are reported', () => {
  const problems: string[] = [];
  const files = new FakeFiles({ '/tmp/perf-5.map': 'no-permission', '/tmp/jit-5.dump': map });
  const code = new GeneratedCode(files, {}, (path, problem) => problems.push(`${path}: ${problem}`));
  expect(code.perfMapOf(5)).toBeUndefined();
  expect(code.jitDumpAt('/tmp/jit-5.dump', 5)).toBeUndefined();
  expect(problems).toEqual([
    '/tmp/perf-5.map: may not be read',
    expect.stringMatching(/jit-5\.dump: .*not a jitdump file|ends too early/),
  ]);
  expect(files.openCount).toBe(0);
});

test('below the root of a container the list of its first process is called perf-1.map', () => {
  const inContainer = new FakeFiles({ '/s/tmp/perf-1.map': map, '/tmp/perf-1.map': map });
  const mapOf = (symfs?: string) => new GeneratedCode(inContainer, { symfs }, () => undefined).perfMapOf(550);
  expect(mapOf('/s')?.count).toBe(1);
  expect(mapOf()).toBeUndefined();
});

test('in a root of its own a process has the number of its namespace, and others of the container their own', () => {
  const list = new TextEncoder().encode('1000 10 inner\n');
  const host = new TextEncoder().encode('1000 10 outer\n');
  const files = new FakeFiles({
    '/c/tmp/perf-3.map': list,
    '/tmp/perf-500.map': host,
    '/tmp/perf-600.map': host,
    '/c/tmp/perf-501.map': list,
  });
  const root = { pid: 500, folder: '/c', namespacePid: 3 };
  const rootOf = (pid: number) => (pid < 600 ? root : undefined);
  const code = new GeneratedCode(files, {}, () => undefined, rootOf);
  const nameFor = (pid: number) => code.perfMapOf(pid)?.name(0);
  expect([500, 501, 600].map(nameFor)).toEqual(['inner', 'inner', 'outer']);
});
