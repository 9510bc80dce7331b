/**
 * What lies where, by the records that tell of it: mappings of processes and of the kernel, and code that the kernel
 * makes as it runs.
 */

import {
  PERF_RECORD_MISC_CPUMODE_MASK,
  PERF_RECORD_MISC_KERNEL,
  type KsymbolRecord,
  type MmapRecord,
  type RecordedBuildId,
} from '../../../parser';
import {
  classifyMapping,
  moduleName,
  perfMapPath,
  printedMappingName,
  type ProcessRoot,
} from '../../../symbolizer';
import type { MappingTable, Module, ProcessRoots, ProcessTable } from '../../../unwinder';
import { KernelSpace } from './kernel-space';
import { isGeneratedCodeWrittenTo, isMovedText, mayBeGenerated } from './moved-code';
import type { RecordedKernel } from './recorded-kernel';

const PROT_EXEC = 4;

/** Who uses what is learned here. */
export interface MemoryMapUsers {
  /** Told of each module of the kernel that is one function, of the same name. */
  readonly onKernelFunction: (module: Module) => void;
  /** See SessionBehaviours. */
  readonly followsMovedCode: boolean;
  /** Whether a process left a list or dump of the code that it generated. */
  readonly listsCode: (pid: number) => boolean;
  /** Told of each mapping of a process. */
  readonly onUserMapping: (pid: number, module: Module) => void;
  /** Folders for processes whose file system is another. */
  readonly roots: ProcessRoots<ProcessRoot>;
}

export class MemoryMap {
  readonly kernelSpace: KernelSpace;
  private readonly buildIdOfPath = new Map<string, Uint8Array>();
  /** The kernel's name in the table of build ids: the first of the kernel's entries that is not a module. */
  private kernelName: string | undefined;
  /** Paths of modules in that table, by their names in brackets. */
  private readonly modulePaths = new Map<string, string>();

  constructor(
    private readonly mappings: MappingTable,
    private readonly processes: ProcessTable,
    private readonly kernel: RecordedKernel,
    private readonly users: MemoryMapUsers,
  ) {
    this.kernelSpace = new KernelSpace((avma) => (kernel.symbols()?.find(avma, '') ?? -1) >= 0);
  }

  /** Notes the recording's table of build ids: for mappings whose records have none, and for how perf calls the kernel's. */
  addBuildIds(table: Iterable<RecordedBuildId>): void {
    for (const { path, buildId, misc } of table) {
      this.buildIdOfPath.set(path, buildId);
      if (!isOfKernel(misc)) continue;
      if (classifyMapping(path, true) !== 'kernel-module') this.kernelName ??= path;
      else if (!path.startsWith('[')) this.modulePaths.set(moduleName(path), path);
    }
  }

  /** FORK and NAMESPACES tell which processes share a file system. */
  get roots(): ProcessRoots<ProcessRoot> {
    return this.users.roots;
  }

  /** @param misc of the record: says whose mapping it is */
  handleMmap(mmap: MmapRecord, misc: number): void {
    const isKernel = isOfKernel(misc);
    const kind = classifyMapping(mmap.path, isKernel);
    const isExecutable = mmap.isMmap2 ? (mmap.protection & PROT_EXEC) !== 0 : mmap.isExecutable;
    const isGenerated =
      this.users.followsMovedCode &&
      isExecutable &&
      mayBeGenerated(mmap, kind) &&
      this.users.listsCode(mmap.pid);
    const plainName = isGenerated
      ? perfMapPath(mmap.pid)
      : printedMappingName(mmap.path, kind, isExecutable, mmap.pid);
    const name = (kind === 'kernel' ? this.kernelName : this.modulePaths.get(plainName)) ?? plainName;
    const buildId = mmap.buildId ?? this.buildIdOfPath.get(mmap.path) ?? this.buildIdOfPath.get(name);
    const root = isKernel ? undefined : this.users.roots.find(mmap.pid)?.folder;
    const module = this.mappings.internModule(name, buildId, isKernel, root);
    if (kind === 'kernel') this.kernel.noteMapping(mmap.path, mmap.pageOffset, buildId);
    const delta = isKernel && kind !== 'kernel-module' ? 0 : mmap.startAvma - mmap.pageOffset;
    // Where perf read mappings from /proc before 3.16, it wrote no rights.
    const isData = !isExecutable && !(mmap.isMmap2 && mmap.protection === 0);
    const range = {
      startAvma: mmap.startAvma,
      endAvma: mmap.startAvma + mmap.sizeBytes,
      mapping: this.mappings.internMapping(module, delta),
      isData,
    };
    if (kind === 'kernel') this.kernelSpace.kernelMapping ??= range.mapping;
    const space = isKernel ? this.kernelSpace : this.processes.findOrCreate(mmap.pid, mmap.tid).space;
    if (isGeneratedCodeWrittenTo(space, kind, range)) return;
    if (this.users.followsMovedCode && kind === 'anonymous' && isExecutable) {
      if (isMovedText(space, range.startAvma, range.endAvma)) return;
    }
    space.insert(range);
    if (!isKernel) this.users.onUserMapping(mmap.pid, module);
  }

  /** Code that the kernel makes as it runs: BPF programs, trampolines. Each is a module of one function. */
  handleKsymbol({ address, sizeBytes, name, isUnregister }: KsymbolRecord): void {
    if (isUnregister) this.kernelSpace.remove(address);
    else if (!this.kernelSpace.find(address)) {
      const module = this.mappings.internModule(name, undefined, true);
      this.users.onKernelFunction(module);
      const mapping = this.mappings.internMapping(module, address);
      this.kernelSpace.insert({ startAvma: address, endAvma: address + sizeBytes, mapping });
    }
  }
}

function isOfKernel(misc: number): boolean {
  return (misc & PERF_RECORD_MISC_CPUMODE_MASK) === PERF_RECORD_MISC_KERNEL;
}
