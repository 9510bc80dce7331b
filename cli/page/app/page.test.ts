/**
 * The profile page in a real headless Chromium: every view, the keyboard, links and Back, hostile names; and its numbers against
 * what `report` and `script` of the built program print.
 */

import { browserIsThere } from '../../../test-data/test-support/browser';
import { describeWhere } from '../../../test-data/test-support/left-out';
import {
  BrowserPages,
  cellsOf,
  details,
  pathOf,
  recordedRoot,
  reportCells,
  run,
  view,
} from './test-support/browser-pages';

/** Rows of a report: share and function. */
const reportRows = (recording: string, ...options: string[]): string[][] =>
  reportCells(recordedRoot, pathOf(recording), 'overhead,sym', ...options);

describeWhere(browserIsThere, 'the profile page', 'no Chromium', () => {
  const pages = new BrowserPages();
  beforeAll(() => pages.start());
  afterAll(() => pages.end());

  test('what a clock counts is time, in milliseconds', async () => {
    const page = await pages.open(run('view', pathOf('blur-image-nofp'), '-o', '-'));
    // perf: "Samples: 82  of event 'cpu-clock:u'", "Event count (approx.): 136894818" (blur-image-nofp.report-flat.txt).
    expect(await page.locator('.status').innerText()).toBe('82 samples, 136.895 ms');
    await view(page, 'Functions');
    expect(await page.locator('section:not([hidden]) thead').innerText()).toContain('Self ms');
  });

  test('without samples every view is empty, and the page says why', async () => {
    const page = await pages.open(run('view', pathOf('shapes-fp'), '--comms', 'nobody', '-o', '-'));
    expect(await page.locator('body').innerText()).toContain('there are no samples to show');
    for (const name of ['Flame graph', 'Functions', 'Callers and callees']) await view(page, name);
    expect(await cellsOf(page)).toEqual([]);
    expect(pages.errors).toEqual([]);
  });

  test.each(['blur-image-nofp', 'own-signals-nofp', 'shapes-nofp'])(
    '%s: functions are those of report',
    async (recording) => {
      const page = await pages.open(run('view', pathOf(recording), '-o', '-'));
      const cells = await cellsOf(page);
      const shown = (column: number): string[][] =>
        cells.map((row) => [row[column], row[2]]).filter(([share]) => share !== '0.00%');
      const bySymbol = (a: string[], b: string[]): number => (a[1] < b[1] ? -1 : Number(a[1] !== b[1]));
      expect(shown(0).sort(bySymbol)).toEqual(reportRows(recording, '--no-children').sort(bySymbol));
      const children = reportCells(recordedRoot, pathOf(recording), 'overhead_children,sym');
      expect(shown(1).sort(bySymbol)).toEqual(children.sort(bySymbol));
      expect({ errors: pages.errors, asked: pages.asked.length }).toEqual({ errors: [], asked: 1 });
      await page.close();
    },
  );

  test('a brushed range counts the samples that script prints there', async () => {
    const page = await pages.open(run('view', pathOf('blur-image-nofp'), '-o', '-', '--weight', 'samples'));
    const lanes = page.locator('.lanes canvas');
    const box = (await lanes.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 8, { steps: 4 });
    await page.mouse.up();
    // The address follows when the brush has stood still.
    await page.waitForFunction(() => location.hash.includes('time='));
    const [fromUs, toUs] = /time=(\d+)-(\d+)/.exec(page.url())!.slice(1).map(Number);
    const times = run('script', '-F', 'time', '--ns', pathOf('blur-image-nofp'))
      .match(/\d+\.\d{9}/g)!
      .map((time) => BigInt(time.replace('.', '')));
    const inRange = times.filter((time) => {
      const us = Number(time - times[0]) / 1000;
      return us >= fromUs && us <= toUs;
    });
    expect(inRange.length).toBeGreaterThan(0);
    expect(inRange.length).toBeLessThan(times.length);
    expect(await page.locator('.status').innerText()).toBe(`${inRange.length} samples`);
    await page.keyboard.press('Escape');
    expect(await page.locator('.status').innerText()).toBe(`${times.length} samples`);
    await page.close();
  });

  test('the keyboard alone reaches and opens a frame, and Back goes back', async () => {
    const page = await pages.open(run('flamegraph', pathOf('blur-image-nofp'), '-o', '-'));
    const isInGraph = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement!.matches('.flame canvas'));
    for (let tabs = 0; tabs < 40 && !(await isInGraph()); tabs++) await page.keyboard.press('Tab');
    expect(await isInGraph()).toBe(true);
    for (let rows = 0; rows < 3; rows++) await page.keyboard.press('ArrowDown');
    expect(await details(page)).toMatch(/^run_program/);
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('zoom=');
    await page.keyboard.press('ArrowDown');
    expect(await details(page)).toMatch(/^filter_image/);
    await page.keyboard.press('s');
    expect(await page.locator('h2').innerText()).toBe('filter_image (blur-image-nofp)');
    await page.goBack();
    expect(await details(page)).toMatch(/^run_program/);
    await page.goBack();
    expect(page.url()).not.toContain('zoom=');
    await page.close();
  });

  test('a link opens the same view', async () => {
    const text = run('flamegraph', pathOf('blur-image-nofp'), '-o', '-');
    const page = await pages.open(text);
    await view(page, 'Functions');
    await page.getByRole('button', { name: 'blur_pixels', exact: true }).click();
    const fragment = new URL(page.url()).hash;
    const title = await page.locator('h2').innerText();
    expect(title).toBe('blur_pixels (blur-image-nofp)');
    await page.close();
    const again = await pages.open(text, fragment);
    expect(await again.locator('h2').innerText()).toBe(title);
    await again.close();
  });

  test('search says what matches, and that a pattern is none', async () => {
    const page = await pages.open(run('flamegraph', pathOf('blur-image-nofp'), '-o', '-'));
    const share = reportRows('blur-image-nofp', '--no-children').find(
      ([, symbol]) => symbol === 'blur_pixels',
    )![0];
    const search = page.getByLabel('Search functions');
    await search.fill('BLUR_PIX');
    await page.waitForFunction(() => document.querySelector('.matched')!.textContent !== '');
    expect(await page.locator('.matched').innerText()).toContain(`matched: ${share}`);
    await search.fill('/blur_(pixels|line)$/');
    await page.waitForFunction(() => location.hash.includes('%24'));
    expect(await page.locator('.matched').innerText()).toContain('matched: ');
    await search.fill('/(/');
    await page.waitForFunction(() => document.querySelector('input:invalid'));
    // Whoever goes on before the search has started still gets it.
    await search.fill('blur_line');
    await view(page, 'Functions');
    await page.waitForFunction(() => location.hash.includes('blur_line'));
    expect(await search.inputValue()).toBe('blur_line');
    expect(pages.errors).toEqual([]);
    await page.close();
  });

  test('of two recordings every view shows the difference', async () => {
    const page = await pages.open(run('view', pathOf('blur-image-nofp'), pathOf('blur-image-fp'), '-o', '-'));
    const before = reportRows('blur-image-nofp', '--no-children').find(
      ([, symbol]) => symbol === 'blur_pixels',
    )![0];
    const after = reportRows('blur-image-fp', '--no-children').find(
      ([, symbol]) => symbol === 'blur_pixels',
    )![0];
    const row = (await cellsOf(page)).find((cells) => cells[2] === 'blur_pixels')!;
    expect(row.slice(3, 5)).toEqual([before, after]);
    await view(page, 'Flame graph');
    expect(await details(page)).toContain('before 100.00%');
    await view(page, 'Inverted');
    expect(await details(page)).toContain('after 100.00%');
    expect(pages.errors).toEqual([]);
    await page.close();
  });

  test('inverted, what is at the top is what report says without children', async () => {
    const page = await pages.open(run('flamegraph', pathOf('shapes-nofp'), '-o', '-'));
    await view(page, 'Inverted');
    await page.locator('.flame canvas').first().focus();
    await page.keyboard.press('ArrowDown');
    const [heaviest] = reportRows('shapes-nofp', '--no-children');
    expect(await details(page)).toContain(heaviest[0]);
    await page.close();
  });

  test('names with markup, with __proto__ and of a million characters are text everywhere', async () => {
    const text = run('view', pathOf('blur-image-nofp'), '-o', '-');
    const renamed = new Map([
      ['blur_pixels', `std::map<${'int, <b>"\'&, '.repeat(80_000)}>::find(int)`],
      ['blur_quadrant', `${'a<'.repeat(250_000)}${'>'.repeat(250_000)}::deep()`],
      ['filter_image', '<img src=x onerror="document.title=\'owned\'">'],
      ['run_program', '</script><script>document.title = "owned"</script>'],
      ['_start', '__proto__'],
    ]);
    const hostile = text.replace(/(id="header-data">)(.*?)(<\/script>)/s, (_, start, json: string, end) => {
      const header = JSON.parse(json) as { strings: string[] };
      const strings = header.strings.map((string) => renamed.get(string) ?? string);
      expect(strings.filter((string, i) => string !== header.strings[i])).toHaveLength(renamed.size);
      // As the program writes it: "<" begins nothing in a script.
      return `${start}${JSON.stringify({ ...header, strings }).replaceAll('<', '\\u003c')}${end}`;
    });
    const page = await pages.open(hostile);
    const title = await page.title();
    for (const name of ['Flame graph', 'Inverted', 'Callers and callees', 'Binaries', 'Functions']) {
      await view(page, name);
    }
    const rows = (await cellsOf(page)).map((cells) => cells.find((cell) => /[_<:]/.test(cell)));
    expect(rows).toContain('std::map<…>::find(…)');
    expect(rows).toContain(renamed.get('filter_image'));
    expect(rows).toContain(renamed.get('run_program'));
    expect(rows).toContain('__proto__');
    await page.getByRole('button', { name: '__proto__', exact: true }).click();
    expect(await page.locator('h2').first().innerText()).toBe('__proto__ (blur-image-nofp)');
    await view(page, 'Functions');
    await page.getByRole('button', { name: 'std::map<…>::find(…)', exact: true }).click();
    expect(await page.locator('h2').first().innerText()).toContain('characters) (blur-image-nofp)');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(await page.title()).toBe(title);
    expect(await page.locator('main img, main b').count()).toBe(0);
    expect({ errors: pages.errors, others: pages.asked.filter((url) => !url.startsWith('file:')) }).toEqual({
      errors: [],
      others: [],
    });
    await page.close();
  }, 120_000);
});
