import { BinaryLocator } from '../files/binary-locator';
import { explainMissingSymbols } from './missing-symbols';
import { buildElf, buildIdSection, symbolSections, textSection } from '../test-support/elf-builder';
import { FakeFiles } from '../test-support/fake-files';

const ID = Uint8Array.from({ length: 20 }, (_, i) => i);
const OTHER_ID = Uint8Array.from({ length: 20 }, () => 7);
const text = textSection(0x1000, 64);
const idOf = (buildId: Uint8Array) => [text, buildIdSection(buildId)];
const main = [{ name: 'main', value: 0x1000, sizeBytes: 4 }];
const whole = buildElf([...idOf(ID), ...symbolSections(main, [text])]);
const exporting = buildElf([...idOf(ID), ...symbolSections(main, [text], { dynamic: true })]);
const bare = buildElf(idOf(ID));

function explain(contents: ConstructorParameters<typeof FakeFiles>[0], name = "/opt/it's/a") {
  return explainMissingSymbols(new BinaryLocator(new FakeFiles(contents)).locate(name, ID));
}

test('a binary that has its symbols needs no explanation', () => {
  expect(explain({ "/opt/it's/a": whole })).toBeUndefined();
});

test.each([
  ['gone', 'missing', /was not found/, /--symfs/],
  ['no-permission', 'no-permission', /may not be read/, /readable/],
  ['not-a-binary', new TextEncoder().encode('#!/bin/sh'), /ELF|early/, /--symfs/],
  ['other-build', buildElf(idOf(OTHER_ID)), /build id 0707/, /--add '\/opt\/it'\\''s\/a'/],
  ['stripped', exporting, /only functions that it exports/, /debuginfod-find debuginfo 00010203/],
  ['stripped', bare, /no symbols at all/, /debug package/],
] as const)('%s', (reason, content, sentence, remedy) => {
  const explained = explain({ "/opt/it's/a": content });
  expect(explained?.reason).toBe(reason);
  expect(explained?.text).toMatch(sentence);
  expect(explained?.remedy).toMatch(remedy);
  expect(explained?.buildId).toBe('000102030405060708090a0b0c0d0e0f10111213');
});

test.each([
  ['//anon', 'generated', /node:/],
  ['[vdso]', 'vdso', /--vdso/],
])('%s has a remedy of its own', (name, reason, remedy) => {
  const explained = explain({}, name);
  expect(explained?.reason).toBe(reason);
  expect(explained?.remedy).toMatch(remedy);
});
