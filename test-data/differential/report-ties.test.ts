import { withTiesInOrder } from './report-ties';

const entry = (share: string, name: string): string => `    ${share}    ${share}  prog  prog  [.] ${name}`;
const graph = ['            |', '            ---main'];
const report = (...lines: string[]): string => ['# heading', '#', ...lines, '', ''].join('\n');

test('lines that count the same are in one order, each with its graph', () => {
  const a = report(
    entry('60.00%', 'x'),
    entry('20.00%', 'b'),
    ...graph,
    '',
    entry('20.00%', 'a'),
    ...graph,
    '',
  );
  const b = report(
    entry('60.00%', 'x'),
    entry('20.00%', 'a'),
    ...graph,
    '',
    entry('20.00%', 'b'),
    ...graph,
    '',
  );
  expect(withTiesInOrder(a)).toBe(withTiesInOrder(b));
});

test('what counts differently, or has another graph, is still a difference', () => {
  const swapped = [
    report(entry('60.00%', 'x'), entry('20.00%', 'a')),
    report(entry('20.00%', 'a'), entry('60.00%', 'x')),
  ];
  expect(withTiesInOrder(swapped[0])).not.toBe(withTiesInOrder(swapped[1]));
  const graphs = [
    report(entry('20.00%', 'a'), ...graph),
    report(entry('20.00%', 'a'), '            ---other'),
  ];
  expect(withTiesInOrder(graphs[0])).not.toBe(withTiesInOrder(graphs[1]));
});

test('a text without ties stays as it is', () => {
  const text = report(entry('60.00%', 'x'), ...graph, '', entry('20.00%', 'a'));
  expect(withTiesInOrder(text)).toBe(text);
});

test('with callers the total orders the lines, whatever their own share is; with separators and folded stacks too', () => {
  const tied = (write: (own: string, name: string) => string[]) => [
    report(...write('20.00%', 'a'), ...write('19.00%', 'b')),
    report(...write('19.00%', 'b'), ...write('20.00%', 'a')),
  ];
  for (const write of [
    (own: string, name: string) => [`    20.00%    ${own}  prog  ${name}`, '            |', ''],
    (own: string, name: string) => [` 20.00% , ${own} ,prog,${name}`, '            |', ''],
    (own: string, name: string) => [`    20.00%    ${own}  prog  ${name}`, `${own} main;${name}`],
    (own: string, name: string) => [`    20.00%    ${own}  prog  ${name}`, `           ${own}`, ''],
  ]) {
    const [a, b] = tied(write);
    expect(withTiesInOrder(a)).toBe(withTiesInOrder(b));
  }
});
