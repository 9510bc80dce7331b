/** The limit of binaries in SECURITY.md, reached. */

import { LimitError } from '../../parser';
import { MappingTable } from './module';

const LONGEST_PATH = 4096;

test('binaries are kept up to a limit of bytes; those that are known are still found after it', () => {
  const table = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
  const path = (i: number): string => `/${i}/`.padEnd(LONGEST_PATH, 'x');
  const first = table.internModule(path(0), undefined, false);
  let kept = 1;
  const fill = (): void => {
    for (; ; kept++) table.internModule(path(kept), undefined, false);
  };
  expect(fill).toThrow(LimitError);
  expect(kept).toBe(Math.floor((400 * 1024 * 1024) / (512 + 2 * LONGEST_PATH)));
  expect(table.modules).toHaveLength(kept);
  expect(table.internModule(path(0), undefined, false)).toBe(first);
});
