/** The flame graph in a real headless Chromium: very many boxes, functions and programs of one name, what it saves. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import * as c from '../../../parser/perf-data/constants';
import { RecordingBuilder } from '../../../parser/perf-data/test-support/recording-builder';
import { buildElf, symbolSections, textSection } from '../../../symbolizer/test-support/elf-builder';
import { browserIsThere } from '../../../test-data/test-support/browser';
import { describeWhere } from '../../../test-data/test-support/left-out';
import { packColumns } from '../page-format';
import { noiseColor } from './colors';
import { makeData, type MadeSample } from './model/test-support/made-data';
import {
  BrowserPages,
  cellsOf,
  details,
  pathOf,
  recordedRoot,
  reportCells,
  run,
  runIn,
  view,
} from './test-support/browser-pages';

/** Stacks side by side, and functions of each: 200,000 boxes. */
const STACKS = 1600;
const DEPTH = 125;
const MAIN = 'all in main';

/** A page with other samples than those that the program wrote into it. */
function pageOf(samples: readonly MadeSample[]): string {
  const { columns, ...header } = makeData(samples);
  const { packed, block } = packColumns(columns);
  const texts = { 'header-data': JSON.stringify({ ...header, packed }) };
  const all = { ...texts, 'column-data': gzipSync(block).toString('base64') };
  return Object.entries(all).reduce(
    (page, [id, text]) =>
      page.replace(
        new RegExp(`(id="${id}">).*?(</script>)`, 's'),
        (_, start: string, end: string) => start + text + end,
      ),
    run('flamegraph', pathOf('shapes-fp'), '-o', '-'),
  );
}

interface SavedBox {
  readonly name: string;
  readonly color: string;
}

/** Boxes of the picture that the page saves. */
async function savedBoxes(page: Page): Promise<SavedBox[]> {
  const [download] = await Promise.all([page.waitForEvent('download'), view(page, 'SVG')]);
  const svg = readFileSync(await download.path(), 'utf8');
  const boxes = [...svg.matchAll(/<title>(.*?)<\/title><rect [^>]*fill="(.*?)"/g)];
  expect(svg.match(/<rect /g)).toHaveLength(boxes.length);
  return boxes.map(([, name, color]) => ({ name, color }));
}

describeWhere(browserIsThere, 'the flame graph', 'no Chromium', () => {
  const pages = new BrowserPages();
  beforeAll(() => pages.start());
  afterAll(() => pages.end());

  test('200,000 boxes are drawn, narrower ones are marked, and turned round they are the sampled functions', async () => {
    const stacks = Array.from({ length: STACKS }, (_, i) => ({
      stack: [
        MAIN,
        ...Array.from({ length: DEPTH }, (__, depth) => {
          if (depth === 0) return `begins ${i}`;
          return depth === DEPTH - 1 ? `leaf ${i % 10}` : `calls ${depth}`;
        }),
      ],
      period: 1000,
    }));
    // Each a thousandth of a box that is seen.
    const tiny = Array.from({ length: 10_000 }, (_, i) => ({ stack: [MAIN, `tiny ${i % 100}`], period: 1 }));
    const page = await pages.open(pageOf([...stacks, ...tiny]));
    // Pixels where the middle of each box is, near its upper edge; and where the narrow ones are, there and in the middle of the row.
    const seen = await page.$eval(
      '.flame canvas',
      (element, { count, depth }) => {
        const canvas = element as HTMLCanvasElement;
        const { width, height } = canvas;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
        const rowHeight = height / (depth + 2);
        const opacity = (x: number, row: number, y: number): number =>
          data[4 * (Math.floor(row * rowHeight + y) * width + Math.floor(x)) + 3];
        const boxWidth = (width * 1000) / (count * 1000 + 10_000);
        let blank = 0;
        for (let row = 2; row < depth + 2; row++) {
          for (let i = 0; i < count; i++) if (opacity((i + 0.5) * boxWidth, row, 3) === 0) blank++;
        }
        const end = Array.from({ length: 6 }, (_, i) => width - 1 - i);
        return {
          blank,
          marked: end.filter((x) => opacity(x, 2, rowHeight / 2) > 0).length > 0,
          taken: end.slice(0, 5).filter((x) => opacity(x, 2, 3) > 0).length > 0,
        };
      },
      { count: STACKS, depth: DEPTH },
    );
    expect(seen).toEqual({ blank: 0, marked: true, taken: false });
    await view(page, 'Inverted');
    await page.locator('.flame canvas').first().focus();
    await page.keyboard.press('ArrowDown');
    // A tenth of 1,600 of 1,610.
    expect(await details(page)).toMatch(/^leaf \d.*9\.94%/s);
    expect(pages.errors).toEqual([]);
    await page.close();
  });

  test('the same program recorded under two names differs by nothing but noise', async () => {
    // Names of the same length, in every record and in the copies of the stacks; the binary is under the new name too.
    const [name, other] = ['blur-image-nofp', 'image-server-v2'];
    const renamed = readFileSync(pathOf(`${name}.per-thread`), 'latin1').replaceAll(name, other);
    const path = join(pages.folder, 'renamed.data');
    writeFileSync(path, renamed, 'latin1');
    const root = join(pages.folder, 'two-names');
    for (const as of [name, other]) {
      mkdirSync(join(root, 'w/bin'), { recursive: true });
      writeFileSync(join(root, 'w/bin', as), readFileSync(join(recordedRoot, 'w/bin', name)));
    }
    const page = await pages.open(runIn(root, 'flamegraph', pathOf(name), path, '-o', '-'));
    const [, ...boxes] = await savedBoxes(page);
    expect(boxes.map((box) => box.name)).toContain('blur_pixels');
    expect(new Set(boxes.map(({ color }) => color))).toEqual(new Set([noiseColor]));
    await view(page, 'Functions');
    expect(await page.getByRole('button', { name: 'SVG', exact: true }).isVisible()).toBe(false);
    const row = (await cellsOf(page)).find((cells) => cells[2] === 'blur_pixels')!;
    const shareIn = (recording: string): string =>
      reportCells(root, recording, 'overhead,sym', '--no-children').find(
        ([, symbol]) => symbol === 'blur_pixels',
      )![0];
    expect(row.slice(3, 5)).toEqual([shareIn(pathOf(name)), shareIn(path)]);
    expect(pages.errors).toEqual([]);
    await page.close();
  });

  test("functions of one name in two binaries keep report's shares apart", async () => {
    const root = join(pages.folder, 'equal-names');
    const text = textSection(0x1080, 0x100);
    const symbols = symbolSections([{ name: 'work', value: 0x1080, sizeBytes: 0x100 }], [text]);
    const builder = new RecordingBuilder();
    const sampleType = c.PERF_SAMPLE_IP | c.PERF_SAMPLE_TID | c.PERF_SAMPLE_TIME | c.PERF_SAMPLE_CALLCHAIN;
    builder.event({ type: c.PERF_TYPE_SOFTWARE, config: 0, sampleType, ids: [1], flags: [] });
    builder.record(c.RecordType.COMM, (bytes) => bytes.u32(7, 7).text('app'));
    const places = { '/w/bin/app': 0x400000, '/w/lib/libx.so': 0x500000 };
    for (const [path, address] of Object.entries(places)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), buildElf([text, ...symbols]));
      builder.record(
        c.RecordType.MMAP,
        (bytes) => bytes.u32(7, 7).u64(address, 0x1000, 0).text(path),
        c.PERF_RECORD_MISC_USER,
      );
    }
    const [inApp, inLibrary] = Object.values(places).map((address) => address + 0x90);
    const chains = [[inApp], [inLibrary, inApp], [inLibrary, inApp], [inLibrary, inApp]];
    chains.forEach((chain, i) =>
      builder.record(
        c.RecordType.SAMPLE,
        (bytes) =>
          bytes
            .u64(chain[0])
            .u32(7, 7)
            .u64(i, chain.length + 1, c.PERF_CONTEXT_USER, ...chain),
        c.PERF_RECORD_MISC_USER,
      ),
    );
    const path = join(pages.folder, 'equal-names.data');
    writeFileSync(path, builder.toFile());
    const reported = reportCells(root, path, 'overhead,dso,sym', '--no-children');
    expect(reported).toEqual([
      ['75.00%', 'libx.so', 'work'],
      ['25.00%', 'app', 'work'],
    ]);
    const page = await pages.open(runIn(root, 'view', path, '-o', '-'));
    const rows = (await cellsOf(page)).map((cells) => [cells[0], cells[3], cells[2]]);
    expect(rows).toEqual(reported);
    await view(page, 'Flame graph');
    await page.locator('.flame canvas').first().focus();
    const described: string[] = [];
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('ArrowDown');
      described.push(await details(page));
    }
    expect(described.slice(1)).toEqual([
      expect.stringMatching(/^work.*app.*100\.00%/s),
      expect.stringMatching(/^work.*libx\.so.*75\.00%/s),
    ]);
    await page.close();
  });

  test('what vanished has boxes where widths are those before', async () => {
    const page = await pages.open(
      run('flamegraph', pathOf('blur-image-nofp'), pathOf('shapes-nofp'), '-o', '-'),
    );
    const hasVanished = async (): Promise<boolean> =>
      (await savedBoxes(page)).some(({ name }) => name === 'blur_pixels');
    expect(await hasVanished()).toBe(false);
    await view(page, 'Widths before');
    expect(await hasVanished()).toBe(true);
    await page.close();
  });

  test('Enter in the search and n lead from match to match', async () => {
    const page = await pages.open(run('flamegraph', pathOf('blur-image-nofp'), '-o', '-'));
    // What fold prints of blur_pixels below two callers, heaviest first.
    const counts = run('fold', pathOf('blur-image-nofp'))
      .split('\n')
      .filter((line) => line.includes(';blur_pixels '))
      .map((line) => Number(line.split(' ').at(-1)))
      .sort((a, b) => b - a);
    const [most, least] = counts.map((ns) => `${(ns / 1e6).toFixed(3)} ms`);
    expect(counts).toHaveLength(2);
    // Whoever is quick presses Enter before the search has started.
    await page.getByLabel('Search functions').fill('/^blur_pixels$/');
    const met: string[] = [];
    for (const key of ['Enter', 'n', 'n']) {
      await page.keyboard.press(key);
      met.push(await details(page));
      await page.locator('.flame canvas').first().focus();
    }
    expect(met).toEqual([most, least, most].map((time) => expect.stringContaining(time) as string));
    await page.close();
  });
});
