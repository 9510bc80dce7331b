/** What becomes of answers when a file that they need is there, and when it is not. */

import { join } from 'node:path';
import { ElfImage, type DebugFileResolver } from '../../parser';
import { NodeFileSystem } from '../../parser/io';
import { repositoryFolder } from '../../test-data/test-support/places';
import { Answers } from './answers';
import { notingSources } from './noted-sources';

const path = join(repositoryFolder, 'test-data/recordings/root/w/bin/shapes-nofp');

function openImage(): ElfImage {
  const file = new NodeFileSystem().open(path);
  if (typeof file === 'string') throw new Error(file);
  return ElfImage.parse(file);
}

/** What is stored after a look-up through a resolver. */
function storedAfter(resolver: DebugFileResolver, lookUp: (noted: DebugFileResolver) => unknown) {
  const answers = new Answers('key', undefined);
  answers.addLine(0x1000, { file: 'shapes.c', line: 1 });
  lookUp(notingSources(resolver, answers));
  return answers.toStore();
}

const buildId = new Uint8Array(20);
const lookUps: [string, (resolver: DebugFileResolver) => unknown][] = [
  ['a split unit', (resolver) => resolver.openSplitUnit?.('a.dwo', '/src', '0123456789abcdef')],
  ['a supplementary file', (resolver) => resolver.openSupplementary?.('a.dwz', buildId)],
  ['a package', (resolver) => resolver.openPackage?.()],
];

test.each(lookUps)('%s that is there is a source', (_what, lookUp) => {
  const found = openImage();
  const resolver = {
    openSplitUnit: () => found,
    openPackage: () => found,
    openSupplementary: () => found,
  };
  const stored = storedAfter(resolver, lookUp);
  expect([...stored!.sources]).toEqual([[path, found.contentIdentity]]);
});

test.each([
  [...lookUps[0], false],
  [...lookUps[1], false],
  [...lookUps[2], true],
] as const)('%s that is missing', (_what, lookUp, isStored) => {
  const resolver = {
    openSplitUnit: () => undefined,
    openPackage: () => undefined,
    openSupplementary: () => undefined,
  };
  expect(storedAfter(resolver, lookUp) !== undefined).toBe(isStored);
});
