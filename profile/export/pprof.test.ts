import { UsageError } from '../session/usage-error';
import { pprof } from './pprof';
import { ExportTables } from './tables';

// The limit of SECURITY.md, reached: the format has two numbers of every event in every sample.
test('more numbers than any reader takes are refused', async () => {
  const tables = new ExportTables({ lines: false, event: undefined });
  for (let i = 0; i < 2 ** 15; i++)
    tables.events.intern({ name: `e${i}`, unit: 'count', cpuTime: undefined });
  const one = Int32Array.of(0);
  for (let i = 0; i <= 2 ** 11; i++) {
    const stack = tables.stacks.intern(-1, i);
    tables.samples.add({ event: one, thread: one, cpu: one, stack: Int32Array.of(stack) }, 0, NaN, 1, 1);
  }
  const write = async () =>
    pprof.write(tables, { open: () => ({ write: () => undefined }) }, { weight: 'samples', by: 'thread' });
  await expect(write()).rejects.toThrow(UsageError);
  await expect(write()).rejects.toThrow('two of every event: choose one by --event');
});
