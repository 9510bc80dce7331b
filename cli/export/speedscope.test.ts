/** What the built program writes, by the schema of the package speedscope and in its page. */

import Ajv from 'ajv';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { browserIsThere, browserPath } from '../../test-data/test-support/browser';
import { describeWhere } from '../../test-data/test-support/left-out';
import { reportedSelf } from './test-support/report-totals';
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

const release = join(repositoryFolder, 'node_modules/speedscope/dist/release');
const schemaPath = join(release, 'file-format-schema.json');
const speedscopePage = join(release, 'index.html');

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

/** Numbers as speedscope writes them: "88.48ms (65%)", to a hundredth of their unit. */
function nanosecondsOf(text: string): number {
  const [, number, unit] = /^([\d.]+)(ns|µs|ms|s) /.exec(text)!;
  return Number(number) * { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[unit as 'ns' | 'µs' | 'ms' | 's'];
}

describeWhere(browserIsThere, 'speedscope itself, in Chromium', 'no Chromium', () => {
  test('functions weigh what report prints', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'speedscope-'));
    const browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    });
    try {
      const { bytes } = run('export', pathOf('blur-image-nofp'), '--format', 'speedscope', '--no-inline');
      // The way in which the package's own command hands a file to its page.
      const script = join(folder, 'profile.js');
      const call = `speedscope.loadFileFromBase64('profile.json', '${bytes.toString('base64')}')`;
      writeFileSync(script, call);
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(`${pathToFileURL(speedscopePage).href}#localProfilePath=${script}`);
      await page.getByText('Sandwich').click();
      await page.waitForSelector('td');
      const cells = await page.locator('td').allTextContents();
      const rows = cells.flatMap((_, i) => (i % 3 === 0 ? [cells.slice(i, i + 3)] : []));
      const self = new Map<string, { weight: number; rows: number }>();
      for (const [, weight, name] of rows) {
        const known = self.get(name) ?? { weight: 0, rows: 0 };
        self.set(name, { weight: known.weight + nanosecondsOf(weight), rows: known.rows + 1 });
      }
      const reported = reportedSelf('blur-image-nofp');
      expect(reported.size).toBeGreaterThan(5);
      for (const [name, period] of reported) {
        const { weight, rows } = self.get(name)!;
        // A hundredth of a millisecond, for each row of a name.
        expect(Math.abs(weight - period)).toBeLessThanOrEqual(rows * 5_000 + 1);
      }
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  });
});
