/**
 * Binaries of a recording and where they are mapped.
 *
 *   Module    a binary: path and build id; its ELF images are opened when an address first needs them
 *   Mapping   a module at a load delta: fileOffset = avma - delta. Ranges of several processes share a mapping
 *             when module and delta agree (a forked child's always do), and with it everything cached by offset.
 *
 * The delta relates addresses to file offsets; the segments of the ELF file relate file offsets to svmas. Going
 * through the segments is right for prelinked, position independent and multi-segment images alike:
 *
 *   avma ── - delta ──► fileOffset ── segment.svma - segment.fileOffset ──► svma
 */

import { elf, formatHex, LimitError, type ElfImage } from '../../parser';

/** What the unwinder needs of a binary's files; the program's binary locator provides them. */
export interface ModuleImages {
  /** The binary as it ran. */
  readonly image: ElfImage | undefined;
  /** Its separate debug file. */
  readonly debugImage: ElfImage | undefined;
}

/** Finds the files of a module. Called at most once for each. */
export type ImageProvider = (module: Module) => ModuleImages;

/** What C libraries have at a program's entry is some 40 bytes at most (glibc 2.43: 34 by the symbol _start). */
const LONGEST_ENTRY_BYTES = 48;

/** What all binaries of a recording may take: some 770,000 of them, of which a recording of a large machine has thousands. */
const MOST_BYTES = 400 * 1024 * 1024;
/** What one takes at most besides its path: module, mapping, range, frame and its name. */
const MODULE_BYTES = 512;
/** What one with a build id or a root of its own takes besides: the id, the key, and the places where files of that id may be. */
const KEY_BYTES = 1800;

/** What tells modules apart. */
export interface ModuleIdentity {
  /** As the recording names it: a path, or a name in brackets or slashes for what is not a file. */
  readonly path: string;
  readonly buildId: Uint8Array | undefined;
  /** Whether the kernel mapped it for itself: the kernel's image or one of its modules. */
  readonly isKernel: boolean;
  /** Folder that stands for the root of the file system that it lies in; undefined for that of most processes. */
  readonly root?: string | undefined;
}

export class Module implements ModuleIdentity {
  readonly path: string;
  readonly buildId: Uint8Array | undefined;
  readonly isKernel: boolean;
  readonly root: string | undefined;
  /** Whether it is memory in which a process generates code: such goes by the name of the list that perf looks for. */
  readonly isGeneratedCode: boolean;
  private loadedImages: ModuleImages | undefined;
  /** Where the program begins; NaN where it has no entry. */
  private entryFileOffset: number | undefined;

  constructor(
    readonly index: number,
    { path, buildId, isKernel, root }: ModuleIdentity,
    private readonly provider: ImageProvider,
  ) {
    this.path = path;
    this.buildId = buildId;
    this.isKernel = isKernel;
    this.root = root;
    this.isGeneratedCode = /^\/tmp\/perf-\d+\.map$/.test(path);
  }

  /** Whether it is the memory of a stack ("[stack]"; "[stack:TID]" of Linux before 4.5), not a binary. */
  get isStack(): boolean {
    return this.path === '[stack]' || this.path.startsWith('[stack:');
  }

  /** Whether a file offset is in the code where the program begins (`_start`): what that calls is the outermost that can be. */
  isProgramEntry(fileOffset: number): boolean {
    this.entryFileOffset ??= this.findEntry();
    const offset = fileOffset - this.entryFileOffset;
    return offset >= 0 && offset < LONGEST_ENTRY_BYTES;
  }

  get images(): ModuleImages {
    this.loadedImages ??= this.provider(this);
    return this.loadedImages;
  }

  /** The images if anything asked for them. */
  get openedImages(): ModuleImages | undefined {
    return this.loadedImages;
  }

  /** The svma of a file offset by the loadable segments, NaN where none covers it. */
  svmaOfFileOffset(fileOffset: number): number {
    const { image } = this.images;
    if (!image) return NaN;
    for (const segment of image.segments) {
      if (segment.type !== elf.PT_LOAD) continue;
      const offset = fileOffset - segment.fileOffset;
      if (offset >= 0 && offset < segment.fileSizeBytes) return segment.svma + offset;
    }
    return this.svmaNearSegments(fileOffset, image);
  }

  private findEntry(): number {
    const { image } = this.images;
    if (!image || image.entrySvma === 0) return NaN;
    const segment = image.segments.find(
      ({ type, svma, fileSizeBytes }) =>
        type === elf.PT_LOAD && image.entrySvma >= svma && image.entrySvma < svma + fileSizeBytes,
    );
    return segment ? image.entrySvma - segment.svma + segment.fileOffset : NaN;
  }

  /** Mappings cover whole pages: the bytes around a segment belong to the segment whose pages they are in. */
  private svmaNearSegments(fileOffset: number, image: ElfImage): number {
    const page = 0x1000;
    for (const segment of image.segments) {
      if (segment.type !== elf.PT_LOAD) continue;
      const start = Math.floor(segment.fileOffset / page) * page;
      const end = Math.ceil((segment.fileOffset + segment.fileSizeBytes) / page) * page;
      if (fileOffset >= start && fileOffset < end) return segment.svma + (fileOffset - segment.fileOffset);
    }
    return NaN;
  }
}

export interface Mapping {
  readonly index: number;
  readonly module: Module;
  /** avma - file offset. */
  readonly delta: number;
}

/** All modules and mappings of a recording, each once. Kept small: a recording may name a million binaries. */
export class MappingTable {
  readonly modules: Module[] = [];
  readonly mappings: Mapping[] = [];
  /** Those of user space without build id and root, by path alone: the path is kept anyway. */
  private readonly moduleByPath = new Map<string, Module>();
  private readonly moduleByKey = new Map<string, Module>();
  /** By module: its first mapping, which is the only one of most. */
  private readonly firstMappings: (Mapping | undefined)[] = [];
  private readonly furtherMappings = new Map<Module, Map<number, Mapping>>();
  private moduleBytes = 0;

  constructor(private readonly provider: ImageProvider) {}

  /**
   * The module of a path and build id, in a file system.
   * @throws LimitError where it would be a new one and there is no room for more
   */
  internModule(path: string, buildId: Uint8Array | undefined, isKernel: boolean, root?: string): Module {
    const isPlain = !isKernel && buildId === undefined && root === undefined;
    const known = isPlain ? this.moduleByPath : this.moduleByKey;
    const key = isPlain
      ? path
      : `${isKernel ? 'k' : 'u'}${buildId ? formatHex(buildId) : ''} ${path}\0${root ?? ''}`;
    let module = known.get(key);
    if (!module) {
      this.takeRoom(path, isPlain);
      module = new Module(this.modules.length, { path, buildId, isKernel, root }, this.provider);
      known.set(key, module);
      this.modules.push(module);
    }
    return module;
  }

  private takeRoom(path: string, isPlain: boolean): void {
    const bytes = MODULE_BYTES + 2 * path.length + (isPlain ? 0 : KEY_BYTES);
    if (this.moduleBytes + bytes > MOST_BYTES) {
      throw new LimitError({
        what: 'more binaries than there is room for; frames in them have no names',
        where: path,
        found: `${this.modules.length} before it`,
      });
    }
    this.moduleBytes += bytes;
  }

  /** The mapping of a module at a delta. */
  internMapping(module: Module, delta: number): Mapping {
    const first = this.firstMappings[module.index];
    if (first === undefined) return (this.firstMappings[module.index] = this.addMapping(module, delta));
    if (first.delta === delta) return first;
    let further = this.furtherMappings.get(module);
    if (!further) this.furtherMappings.set(module, (further = new Map<number, Mapping>()));
    let mapping = further.get(delta);
    if (!mapping) further.set(delta, (mapping = this.addMapping(module, delta)));
    return mapping;
  }

  private addMapping(module: Module, delta: number): Mapping {
    const mapping = { index: this.mappings.length, module, delta };
    this.mappings.push(mapping);
    return mapping;
  }
}
