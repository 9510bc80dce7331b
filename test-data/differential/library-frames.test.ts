import { findLibraryAddresses, withoutFrames } from './library-frames';

const script = [
  'program 1 1.0: 1 cpu-clock:u: ',
  '\t             10 inner+0x1 (inlined)',
  '  inner.c:3',
  '\t             10 outer+0x1 (/usr/lib/libx.so)',
  '  outer.c:4',
  '\t             20 main+0x2 (/w/bin/program)',
  '  main.c:5',
  '',
].join('\n');

test('frames of libraries go with what is inlined there and their lines; all else stays', () => {
  const addresses = findLibraryAddresses(script);
  expect([...addresses]).toEqual(['10']);
  const lines = script.split('\n');
  expect(withoutFrames(script, addresses)).toBe([lines[0], ...lines.slice(5)].join('\n'));
});

test('so do samples without a stack', () => {
  const lines = [
    'program 1 1.0: 1 cpu-clock:u:   7f10 inner+0x1 (/usr/lib/libx.so)',
    '  :0',
    'program 1 1.1: 1 cpu-clock:u:     20 main+0x2 (/w/bin/program)',
    '  main.c:5',
  ];
  const text = lines.join('\n');
  expect(withoutFrames(text, findLibraryAddresses(text))).toBe(lines.slice(2).join('\n'));
});
