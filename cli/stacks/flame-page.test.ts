/** The page, in a real headless Chromium where there is one: drawing, zoom, search, turning round, nothing loaded. */

import { browserIsThere, runInPage } from '../../test-data/test-support/browser';
import { describeWhere } from '../../test-data/test-support/left-out';
import { FlameNode, FlameTree, type FlameKind } from '../../profile/tables/flame-tree';
import { formatFlamePage } from './flame-page';

const hostile = `</script><img src="http://localhost:9/x.png" onerror="document.title='run'"> & 'quote'`;

/** A tree of stacks, outermost first: names, and what was counted in the last, by recording. */
function treeOf(recordings: number, stacks: readonly (readonly [string[], ...number[]])[]): FlameTree {
  const tree = new FlameTree(recordings);
  for (const [names, ...self] of stacks) {
    let node = tree.root;
    for (const [depth, name] of names.entries()) {
      const kind: FlameKind = depth === 0 ? 'thread' : 'user';
      let label = tree.labels.findIndex((known) => known.name === name);
      if (label < 0) label = tree.labels.push({ name, binary: '/bin/a', kind }) - 1;
      let child = node.children.get(label);
      if (!child) node.children.set(label, (child = new FlameNode(label, recordings)));
      node = child;
    }
    self.forEach((count, recording) => {
      node.self[recording] += count;
      tree.totals[recording] += count;
    });
  }
  return tree;
}

const page = formatFlamePage({
  title: `Flame graph of ${hostile}`,
  subtitle: '100 samples',
  unit: 'samples',
  tree: treeOf(1, [
    [['worker', 'main', 'parse'], 20],
    [['worker', 'main', 'parse', 'copy'], 10],
    [['worker', 'main', 'write', 'copy'], 60],
    [['worker', 'main', hostile], 10],
  ]),
});
const difference = formatFlamePage({
  title: 'after before',
  subtitle: '',
  unit: 'samples',
  tree: treeOf(2, [
    [['worker', 'main', 'parse'], 50, 80],
    [['worker', 'main', 'write'], 50, 20],
  ]),
});

const helpers = `
  const box = (name) => [...document.querySelectorAll('.box')].find((one) => one.textContent.startsWith(name));
  const share = (name) => box(name) && Math.round(100 * (parseFloat(box(name).style.width) + 1) / graph.clientWidth);
  const row = (name) => Math.round(parseFloat(box(name).style.top) / 18);
  const detail = () => document.getElementById('details').textContent;`;

test('names are escaped, and nothing is asked for', () => {
  expect(page).not.toContain('<img');
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/(src|href|action)=["']?\w|url\(|@import/);
});

describeWhere(browserIsThere, 'the flame graph in headless Chromium', 'chromium is not installed', () => {
  test('boxes are as wide as what was counted below, heaviest first, below their callers', () => {
    const { result } = runInPage(
      page,
      `${helpers}
      const lefts = ['write', 'parse'].map((name) => parseFloat(box(name).style.left));
      return { shares: ['all', 'worker', 'main', 'write', 'parse'].map(share), rows: ['all', 'worker', 'main', 'write', 'copy'].map(row),
        writeIsFirst: lefts[0] < lefts[1], detail: detail() };`,
    );
    expect(result).toEqual({
      shares: [100, 100, 100, 60, 30],
      rows: [0, 1, 2, 3, 4],
      writeIsFirst: true,
      detail: 'all 100.00% (100 samples)',
    });
  });

  test('a click makes a box the whole width, and says what it holds; Escape and the button go back', () => {
    const { result } = runInPage(
      page,
      `${helpers}
      box('parse').click();
      const zoomed = { shares: [share('parse'), share('copy'), share('write') ?? 0], detail: detail(), main: box('main').className };
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
      const back = share('parse');
      box('write').click();
      document.getElementById('reset').click();
      return { zoomed, back, again: share('parse') };`,
    );
    expect(result).toEqual({
      zoomed: {
        shares: [100, 33, 0],
        detail: 'parse /bin/a30.00% (30 samples, 20.00% in itself)',
        main: 'box user above',
      },
      back: 30,
      again: 30,
    });
  });

  test('what is searched for is marked, and its share counts each sample once', () => {
    const { result } = runInPage(
      page,
      `${helpers}
      search.value = 'COPY';
      search.dispatchEvent(new Event('input'));
      const copies = document.getElementById('matched').textContent;
      const marked = [...document.querySelectorAll('.match')].map((one) => one.textContent);
      search.value = 'r';
      search.dispatchEvent(new Event('input'));
      return { copies, marked, nested: document.getElementById('matched').textContent };`,
    );
    expect(result).toEqual({
      copies: 'matched: 70.00%',
      marked: ['copy', 'copy'],
      nested: 'matched: 100.00%',
    });
  });

  test('inverted, functions that were sampled stand first, their callers below; turned, the root is below', () => {
    const { result } = runInPage(
      page,
      `${helpers}
      document.getElementById('invert').click();
      const inverted = { shares: ['copy', 'parse'].map(share), rows: ['copy', 'write'].map(row) };
      document.getElementById('turn').click();
      return { inverted, turned: ['all', 'copy'].map(row) };`,
    );
    expect(result).toEqual({
      inverted: { shares: [70, 20], rows: [1, 2] },
      turned: [4, 3],
    });
  });

  test('of two recordings widths are those of the second, colours what changed', () => {
    const { result } = runInPage(
      difference,
      `${helpers}
      box('parse').focus();
      return { shares: ['parse', 'write'].map(share), colours: ['main', 'parse', 'write'].map((name) => box(name).className), detail: detail() };`,
    );
    expect(result).toEqual({
      shares: [80, 20],
      colours: ['box user changed unknown', 'box user changed more', 'box user changed less'],
      detail:
        'parse /bin/abefore 50.00% (50 samples, 50.00% in itself), after 80.00% (80 samples, 80.00% in itself), +30.00 points',
    });
  });

  test('nothing is loaded, and names do not become markup; a narrow window does not scroll sideways', () => {
    const { result, network } = runInPage(
      page,
      `const { scrollWidth, clientWidth } = document.documentElement;
      return { resources: performance.getEntriesByType('resource').length, images: document.images.length,
        wasRun: document.title === 'run', beyond: scrollWidth - clientWidth };`,
      500,
    );
    expect(result).toEqual({ resources: 0, images: 0, wasRun: false, beyond: 0 });
    expect(network).not.toContain('localhost:9');
  });
});
