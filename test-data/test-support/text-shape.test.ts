import { compareShapes } from './text-shape';

const text = `# Samples: 2K of event 'cpu-clock:u'
# Overhead  Symbol
# ........  .........
    86.56%  [.] price
    15.53%  [.] _int_malloc
     4.09%  [.] free_merge
`;

test('figures, small rows and the order of rows may differ', () => {
  const other = `# Samples: 984  of event 'cpu-clock:u'
# Overhead  Symbol
# ........  ............
    91.02%  [.] price
     7.10%  [.] _int_malloc
     4.20%  [.] another
`;
  expect(compareShapes(text, other, 4)).toEqual([]);
});

test.each([
  ['a row that is gone', text.replace(/.*price\n/, ''), ['is gone: #% [.] price (86.56)']],
  [
    'a new row',
    text.replace('price', 'title'),
    ['is gone: #% [.] price (86.56)', 'is new: #% [.] title (86.56)'],
  ],
  [
    'another share',
    text.replace('86.56', '40.00'),
    ['86.56 is now 40: #% [.] price', '40 is now 86.56: #% [.] price'],
  ],
])('%s is told', (_, other, expected) => {
  expect(
    compareShapes(text, other, 4).map((line) => line.replace(/ +/g, ' ').replace(': ', ': ').trim()),
  ).toEqual(expected.map((line) => line.replace('#%', ' #%').replace(/ +/g, ' ')));
});

test('what is said below a row goes with it', () => {
  const remark = '                 no .symtab: install its debug package\n';
  expect(compareShapes(`${text}     0.05%  ld.so\n${remark}`, text)).toEqual([]);
  expect(compareShapes(`${text}\n${remark}`, text)).toHaveLength(1);
});

test('other headings are told', () => {
  expect(compareShapes(text, text.replace('Overhead', 'Children'))).toHaveLength(1);
});

test('functions of compare are rows with their points', () => {
  const compared = 'share      function\nless       a::copy(…)\n   44.40   0.00 -44.40  2.1    319      0\n';
  expect(compareShapes(compared, compared.replaceAll('44.40', '39.00'))).toEqual([]);
  expect(compareShapes(compared, compared.replaceAll('44.40', '4.40'))).toHaveLength(2);
  expect(compareShapes(compared, compared.replace('copy', 'find'))).toHaveLength(2);
});
