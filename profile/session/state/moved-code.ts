/**
 * Code that is not where its file says, as mapping records show it:
 *
 *   moved text      a program copies its own code into anonymous memory at the same address, for huge pages (iodlr, BOLT's
 *                   hugify, PHP): the file's tables and names go on being right
 *   memfds, files   where writable and executable memory must not be one, programs that generate code map such a file
 *   without name    twice (.NET); the code is in the list or dump of the process
 */

import type { MmapRecord } from '../../../parser';
import { isJitMemory, type MappingKind } from '../../../symbolizer';
import type { AddressSpace, MappedRange } from '../../../unwinder';

const MAP_SHARED = 1;

/**
 * Whether executable anonymous memory took the place of a file's code that it is a copy of: it lies within one executable
 * range of the file, and the file still lies beside it, or it is that range.
 */
export function isMovedText(space: AddressSpace, startAvma: number, endAvma: number): boolean {
  const replaced = space.find(startAvma);
  if (replaced === undefined || replaced.isData === true || endAvma > replaced.endAvma) return false;
  const { module } = replaced.mapping;
  if (module.isGeneratedCode || !module.path.startsWith('/')) return false;
  const isWhole = startAvma === replaced.startAvma && endAvma === replaced.endAvma;
  return isWhole || [startAvma - 1, endAvma].some((avma) => space.find(avma)?.mapping.module === module);
}

/** Whether a process may have generated the code in an executable mapping of a file that no path leads to. */
export function mayBeGenerated({ path, flags, buildId }: MmapRecord, kind: MappingKind): boolean {
  if (buildId !== undefined) return false;
  return path.startsWith('/memfd:') || (kind === 'deleted' && (flags & MAP_SHARED) !== 0);
}

/**
 * Whether memory that is no longer executable holds generated code: to write to it, programs take the right to execute it away
 * for a while.
 */
export function isGeneratedCodeWrittenTo(
  space: AddressSpace,
  kind: MappingKind,
  { startAvma, endAvma, isData }: MappedRange,
): boolean {
  if (isData !== true || !isJitMemory(kind)) return false;
  const replaced = [space.find(startAvma), space.find(endAvma - 1)];
  return replaced.every((range) => range?.isData === false && range.mapping.module.isGeneratedCode);
}
