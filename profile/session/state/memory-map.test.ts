import { PERF_RECORD_MISC_KERNEL, type MmapRecord } from '../../../parser';
import { MappingTable, ProcessRoots, ProcessTable } from '../../../unwinder';
import { MemoryMap } from './memory-map';
import { RecordedKernel } from './recorded-kernel';

/** As `perf record --no-buildid-mmap` of 7.2, and every perf before 5.12, writes it. */
const kernelMapping: MmapRecord = {
  pid: -1,
  tid: 0,
  startAvma: -0x7f00_0000,
  sizeBytes: 0x120_9988,
  pageOffset: -0x7f00_0000,
  path: '[kernel.kallsyms]_text',
  isMmap2: false,
  isExecutable: true,
  protection: 0,
  buildId: undefined,
  flags: 0,
  major: 0,
  minor: 0,
  inode: 0n,
  inodeGeneration: 0n,
};

test("the kernel's build id comes from the table, where its mapping goes by the name without the reference symbol", () => {
  const mappings = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
  const asked: (Uint8Array | undefined)[] = [];
  const kernel = new RecordedKernel(({ buildId }) => {
    asked.push(buildId);
    return undefined;
  });
  const memory = new MemoryMap(mappings, new ProcessTable(false), kernel, {
    onKernelFunction: () => undefined,
    followsMovedCode: true,
    listsCode: () => false,
    onUserMapping: () => undefined,
    roots: new ProcessRoots([]),
  });
  const buildId = Uint8Array.of(1, 2, 3);
  memory.addBuildIds([{ path: '[kernel.kallsyms]', buildId, misc: PERF_RECORD_MISC_KERNEL, pid: -1 }]);
  memory.handleMmap(kernelMapping, PERF_RECORD_MISC_KERNEL);
  expect(kernel.buildId).toBe(buildId);
  kernel.symbols();
  expect(asked).toEqual([buildId]);
});
