/** The page, in a real headless Chromium where there is one: sorting, unfolding, filtering, nothing loaded. */

import { browserIsThere, runInPage } from '../../../test-data/test-support/browser';
import { describeWhere } from '../../../test-data/test-support/left-out';
import type { ComparisonReport } from '../methods/comparison-report';
import type { DifferenceReport, ShareReport } from '../difference/recording-difference';
import { formatComparisonPage, formatDifferencePage } from './compare-html';

const hostile = `</script><img src="http://localhost:9/x.png" onerror="document.title='run'">\x1b]0;x\x07 & 'quote'`;

const report: ComparisonReport = {
  schema: 'perf-sframe-compare',
  version: 1,
  kind: 'methods',
  recording: '/tmp/perf.data',
  samples: { compared: 100, skipped: 2 },
  methods: [method('dwarf', 90, 500), method('sframe', 20, 300), method('fp', 100, 90)],
  pairs: [
    { right: 'dwarf', other: 'sframe', identical: 70, prefix: 30, diverged: 0 },
    { right: 'dwarf', other: 'fp', identical: 5, prefix: 5, diverged: 90 },
  ],
  causes: [
    { right: 'dwarf', other: 'fp', cause: 'fp-leaf', text: 'leaf', samples: 95 },
    { right: 'dwarf', other: 'sframe', cause: 'no-fde', text: 'no FDE', samples: 30 },
  ],
  modules: [{ binary: '/bin/a', symbol: null, samples: { fp: 95, sframe: 30 } }],
  functions: [{ binary: '/bin/a', symbol: hostile, samples: { fp: 95, sframe: 30 } }],
  divergences: [divergence('fp', 'fp-leaf', 95), divergence('sframe', 'no-fde', 30)],
  coverage: { samples: 100, covered: 70, frames: 500, reachedFrames: 300, rebuild: [] },
  stackCopies: { samples: 100, cutOff: 0, sufficientSizes: [{ share: 1, bytes: 512, obstacle: null }] },
};

function method(
  name: 'dwarf' | 'sframe' | 'fp',
  complete: number,
  frames: number,
): ComparisonReport['methods'][0] {
  const stops = [{ reason: 'outermost', text: 'outermost frame', samples: complete, complete }];
  return {
    name,
    samples: 100,
    complete,
    frames,
    meanDepth: 5,
    maxDepth: 9,
    framesPerSecond: 1e6,
    stops,
    note: null,
  };
}

function divergence(
  other: 'sframe' | 'fp',
  cause: 'fp-leaf' | 'no-fde',
  samples: number,
): ComparisonReport['divergences'][0] {
  const frame = (
    symbol: string,
  ): { address: string; symbol: string; symbolOffset: number; binary: string } => ({
    address: '401000',
    symbol,
    symbolOffset: 16,
    binary: '/bin/a',
  });
  const right = [frame('leaf'), frame(hostile), frame('main')];
  const example = {
    thread: hostile,
    tid: 1,
    time: '1.5',
    firstDifference: 1,
    culprit: 0,
    right,
    other: [frame('leaf'), frame('main')],
  };
  return { right: 'dwarf', other, cause, text: cause, samples, binary: '/bin/a', symbol: 'leaf', example };
}

test('names are escaped, and nothing is asked for', () => {
  const page = formatComparisonPage(report);
  expect(page).not.toContain('<img');
  expect(page).not.toContain('\x1b');
  expect(page).toContain('&lt;img src=&quot;http://localhost:9/x.png&quot;');
  expect(page).toContain("default-src 'none'");
  // Addresses are only in names that are shown: no attribute or style refers to one.
  expect(page).not.toMatch(/(src|href|action)=["']?\w|url\(|@import/);
});

describeWhere(browserIsThere, 'the page in headless Chromium', 'chromium is not installed', () => {
  const page = formatComparisonPage(report);

  test('tables sort by a click, the other way by a second one', () => {
    const { result } = runInPage(
      page,
      `
      const table = document.querySelector('#methods table');
      const column = (n) => [...table.tBodies[0].rows].map((row) => row.cells[n].textContent);
      const orders = [column(0)];
      const press = (n) => { table.tHead.rows[0].cells[n].querySelector('button').click(); orders.push(column(0)); };
      press(1); press(1); press(0);
      orders.push([table.tHead.rows[0].cells[0].getAttribute('aria-sort')]);
      return orders;`,
    );
    expect(result).toEqual([
      ['dwarf', 'sframe', 'fp'],
      ['fp', 'dwarf', 'sframe'],
      ['sframe', 'dwarf', 'fp'],
      ['dwarf', 'fp', 'sframe'],
      ['ascending'],
    ]);
  });

  test('long names stay on one line at 1280 pixels, and have their whole as a title', () => {
    const name = `std::map<${'std::basic_string<char>, '.repeat(100)}int>::find(int)`;
    const functions = [{ binary: '/bin/a', symbol: name, samples: { fp: 95, sframe: 30 } }];
    const { result } = runInPage(
      formatComparisonPage({ ...report, functions }),
      `
      const cell = document.querySelector('#functions td.code');
      return { title: cell.title, isOneLine: cell.parentElement.getBoundingClientRect().height < 40, isWholePageSeen: document.documentElement.scrollWidth <= innerWidth,
        cutOff: [...document.querySelectorAll('.scroll')].filter((table) => table.scrollWidth > table.clientWidth).length };`,
      1280,
    );
    expect(result).toEqual({ title: name, isOneLine: true, isWholePageSeen: true, cutOff: 0 });
  });

  test('of two recordings: the verdict first, amounts beside shares, no cell of two lines and no table wider than 1280 pixels', () => {
    const part = (weightA: number, weightB: number): ShareReport => ({
      ...{ a: weightA / 1e6, b: weightB / 1e6, weightA, weightB },
      ...{ difference: -0.25, low: -0.3, high: -0.2, probability: 1e-9, isChange: true },
    });
    const names = [
      'std::map<int, shop::Offer>::map(std::map<int, shop::Offer> const&) [clone .isra.0]',
      hostile,
    ];
    const difference: DifferenceReport = {
      ...{
        schema: 'perf-sframe-compare',
        version: 1,
        kind: 'recordings',
        weight: 'period',
        unit: 'nanoseconds',
      },
      a: { path: '/tmp/before.data', event: 'cpu-clock:u', samples: 1110, weight: 1_110_000_000 },
      b: { path: '/tmp/after.data', event: 'cpu-clock:u', samples: 555, weight: 555_000_000 },
      functions: names.map((symbol) => ({
        ...{ binary: 'a-service-of-a-long-name, another-build-of-it', symbol },
        self: part(764_000_000, 52_000_000),
        total: part(1_109_000_000, 110_000_000),
      })),
      callers: [],
    };
    const { result } = runInPage(
      formatDifferencePage(difference),
      `
      const [verdict] = document.querySelectorAll('section p');
      const table = document.querySelector('#functions .scroll');
      const cells = [...table.querySelectorAll('td')];
      const input = document.querySelector('#functions input');
      input.value = 'shop::offer>::map';
      input.dispatchEvent(new Event('input'));
      return {
        verdict: verdict.textContent,
        headings: [...table.querySelectorAll('th')].map((heading) => heading.textContent).join(),
        row: cells.slice(0, 13).map((cell) => cell.textContent).slice(3).join(),
        title: cells[1].title,
        tallest: Math.max(...cells.map((cell) => cell.offsetHeight)) < 40,
        fits: table.scrollWidth <= table.clientWidth,
        found: [...table.querySelectorAll('tbody tr')].map((row) => row.hidden),
      };`,
      1280,
    );
    expect(result).toEqual({
      verdict: 'For the same work, B took 50.0% less: 555 ms of cpu-clock:u instead of 1110.',
      headings: 'verdict,function,binary,self A,self B,points,±,ms A,ms B,total A,total B,points,ms A,ms B',
      row: '68.83%,9.37%,-25.00,5.0,764,52,99.91%,19.82%,-25.00,1109',
      title: names[0],
      tallest: true,
      fits: true,
      // What is searched is the whole name, which the cell does not show.
      found: [false, true],
    });
  });

  test('stacks unfold, both side by side, the first difference marked', () => {
    const { result } = runInPage(
      page,
      `
      const entry = document.querySelector('#stacks details');
      const height = () => entry.getBoundingClientRect().height;
      const folded = height();
      entry.querySelector('summary').click();
      const marked = [...entry.querySelectorAll('.first-difference td')].map((cell) => cell.textContent);
      return { isOpen: entry.open, grows: height() > folded + 40, rows: entry.querySelectorAll('tbody tr').length, marked: marked[2],
        blamed: entry.querySelector('.culprit td:nth-child(2)').textContent };`,
    );
    expect(result).toEqual({
      isOpen: true,
      grows: true,
      rows: 3,
      marked: 'main+0x10 (a)',
      blamed: 'leaf+0x10 (a)',
    });
  });

  test('examples are found by words', () => {
    const { result } = runInPage(
      page,
      `
      const field = document.querySelector('#stacks input');
      field.value = 'SFRAME no-fde';
      field.dispatchEvent(new Event('input'));
      return [...document.querySelectorAll('#stacks details')].map((entry) => entry.hidden);`,
    );
    expect(result).toEqual([true, false]);
  });

  test('a narrow window scrolls tables, not the page', () => {
    const { result } = runInPage(
      page,
      `const { scrollWidth, clientWidth } = document.documentElement;
      const table = document.querySelector('#methods .scroll');
      return { page: scrollWidth - clientWidth, table: table.scrollWidth > table.clientWidth };`,
      500,
    );
    expect(result).toEqual({ page: 0, table: true });
  });

  test('nothing is loaded, and names do not become markup', () => {
    const { result, network } = runInPage(
      page,
      `
      return { resources: performance.getEntriesByType('resource').length, images: document.images.length,
        scripts: document.scripts.length, title: document.title };`,
    );
    expect(result).toEqual({ resources: 0, images: 0, scripts: 2, title: 'Ways to unwind perf.data' });
    expect(network).not.toContain('localhost:9');
  });
});
