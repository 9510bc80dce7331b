/** What the built program writes, by the schema and the importer's rules of the package speedscope. */

import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf, run } from './test-support/run-export';
import { repositoryFolder } from '../../test-data/test-support/places';

interface SpeedscopeFile {
  readonly shared: { readonly frames: readonly { name: string; file?: string; line?: number }[] };
  readonly profiles: readonly {
    readonly name: string;
    readonly unit: string;
    readonly samples: readonly number[][];
    readonly weights: readonly number[];
    readonly endValue: number;
  }[];
}

const schemaPath = join(repositoryFolder, 'node_modules/speedscope/dist/release/file-format-schema.json');

function exported(recording: string, ...options: string[]): SpeedscopeFile {
  const { stdout } = run('export', pathOf(recording), '--format', 'speedscope', ...options);
  return JSON.parse(stdout) as SpeedscopeFile;
}

function foldedOf({ shared, profiles }: SpeedscopeFile, profile = 0): string[] {
  const weights = new Map<string, number>();
  profiles[profile].samples.forEach((stack, index) => {
    const text = stack.map((frame) => shared.frames[frame].name).join(';');
    weights.set(text, (weights.get(text) ?? 0) + profiles[profile].weights[index]);
  });
  return [...weights].map(([text, weight]) => `${text} ${weight}`).sort();
}

test.each([['blur-image-nofp'], ['blur-image-nofp.two-events'], ['shapes-fp', '--by', 'time']])(
  '%s is valid by the schema',
  (...args) => {
    const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as object;
    const validate = new Ajv().compile(schema);
    validate(exported(...(args as [string])));
    expect(validate.errors).toBeNull();
  },
);

test('stacks and weights are those of fold, inlined functions among them, with their source lines', () => {
  const file = exported('blur-image-nofp');
  const fold = run('fold', pathOf('blur-image-nofp'), '--no-tidy').stdout.trimEnd().split('\n');
  expect(foldedOf(file)).toEqual(fold.map((line) => line.slice(line.indexOf(';') + 1)).sort());
  expect(file.profiles[0].unit).toBe('nanoseconds');
  expect(file.shared.frames.find(({ name }) => name === 'mix')).toMatchObject({
    file: expect.stringMatching(/freestanding\.h$/) as string,
    line: expect.any(Number) as number,
  });
});

test('events are profiles of their own; by time all threads are in one, below their names', () => {
  expect(
    exported('blur-image-nofp.two-events').profiles.map(({ name, unit }) => [
      name.replace(/\d+/g, 'N'),
      unit,
    ]),
  ).toEqual([
    ['blur-image-nofp (N/N) page-faults:u', 'none'],
    ['blur-image-nofp (N/N) cpu-clock:u', 'nanoseconds'],
  ]);
  const byTime = exported('shapes-fp', '--by', 'time');
  expect(byTime.profiles).toHaveLength(1);
  for (const [root] of byTime.profiles[0].samples) {
    expect(byTime.shared.frames[root].name).toMatch(/^shapes-fp \(\d+\/\d+\)$/);
  }
});
