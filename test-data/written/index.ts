/**
 * Recordings that no machine at hand makes, put together byte by byte. perf reads them as it reads others, so that it is
 * the oracle for what they mean. They are written into the work folder when a test first asks for them.
 */

import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder, workFolder } from '../test-support/places';
import { writeBranches, writeBranchesOfOneEvent, writeCallStacks, writeCountedBranches } from './branches';
import { kernelMappings, writeKernelMapping } from './kernel-mappings';
import { writeBpfOutput, writeMemorySamples, writeTransactions } from './memory-samples';
import { writeFeatures, writeGroups, writeRecords } from './records';
import { writeTracepoints } from './tracepoints';

export const writtenFolder = join(workFolder, 'written');

const recordings: Readonly<Record<string, () => Uint8Array>> = {
  tracepoints: () => writeTracepoints(true),
  'tracepoints-big-endian': () => writeTracepoints(false),
  branches: writeBranches,
  'branches-counted': () => writeCountedBranches(false),
  'branches-typed': () => writeCountedBranches(true),
  'branches-of-one-event': writeBranchesOfOneEvent,
  'lbr-call-stacks': () => writeCallStacks(false),
  'lbr-call-stacks-indexed': () => writeCallStacks(true),
  memory: () => writeMemorySamples(false),
  'memory-weights': () => writeMemorySamples(true),
  transactions: writeTransactions,
  'bpf-output': writeBpfOutput,
  records: () => writeRecords(true, true),
  'records-big-endian': () => writeRecords(false, true),
  'records-without-ids': () => writeRecords(true, false),
  groups: writeGroups,
  features: writeFeatures,
  ...Object.fromEntries(
    Object.entries(kernelMappings).map(([name, mapping]) => [name, () => writeKernelMapping(mapping)]),
  ),
};

/** All of them, in memory. */
export function writtenRecordings(): Uint8Array[] {
  return Object.values(recordings).map((write) => write());
}

/** Writes all recordings; those that are there already, and the same, are left alone. */
export function writeRecordings(): void {
  mkdirSync(join(writtenFolder, 'data'), { recursive: true });
  const root = join(writtenFolder, 'root');
  if (!existsSync(root))
    cpSync(join(repositoryFolder, 'test-data/recordings/root'), root, { recursive: true });
  for (const [name, write] of Object.entries(recordings)) {
    const path = join(writtenFolder, 'data', `${name}.data`);
    const bytes = write();
    if (existsSync(path) && readFileSync(path).equals(bytes)) continue;
    // Tests run at the same time: none may see half a file.
    writeFileSync(`${path}.${process.pid}`, bytes);
    renameSync(`${path}.${process.pid}`, path);
  }
}
