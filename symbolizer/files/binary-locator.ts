/**
 * Finds the files of a module: the image that was executed and, where its symbols are kept apart, the debug file.
 * Where it looks and in which order: search-places.ts.
 *
 * A file is used only if it is the right one: its build id must be the recorded one, or, where the recording has
 * none, a debug file's must be that of its image; without any build id the checksum of .gnu_debuglink decides. A file
 * that was refused is reported with what was found and what was expected, never used silently: names taken from another
 * build look right and are wrong.
 */

import {
  ElfImage,
  MemoryByteSource,
  ParseError,
  elf,
  type ByteSource,
  type BinaryFileSystem,
  type OpenFailure,
} from '../../parser';
import { describeOpenFailure } from './open-failure';
import { formatBuildId, isSameBuildId } from './build-id';
import { DebugFileChecksums, readDebugLink } from './debug-link';
import { classifyMapping, undeletedPath, type MappingKind } from './mapping-kind';
import {
  debugCandidates,
  debugLinkCandidates,
  imageCandidates,
  vdsoCandidates,
  type SearchPlaces,
} from './search-places';

/** Why a file was not used, or why a module has no image. */
export type BinaryProblemCode =
  | OpenFailure
  /** The file has another build id than expected. */
  | 'build-id-mismatch'
  /** A build id is expected and the file has none. */
  | 'no-build-id'
  | 'not-elf'
  /** The file is not the one that .gnu_debuglink was made for. */
  | 'checksum-mismatch'
  /** The mapping is of memory that has no file. */
  | 'no-file';

export interface BinaryProblem {
  readonly code: BinaryProblemCode;
  /** The file in question; the recorded name where there is none. */
  readonly path: string;
  /** One sentence for a person, without a full stop. */
  readonly text: string;
  /** Hexadecimal; with 'build-id-mismatch' and 'no-build-id'. */
  readonly expectedBuildId?: string;
  readonly foundBuildId?: string;
}

export interface LocatedBinary {
  /** Path or name as recorded. */
  readonly name: string;
  readonly kind: MappingKind;
  /** The build id that files had to have: the recorded one, else the image's. */
  readonly buildId?: Uint8Array;
  readonly image?: ElfImage;
  readonly imagePath?: string;
  /** Separate file with symbols; undefined where the image has them itself or no file was found. */
  readonly debugImage?: ElfImage;
  readonly debugPath?: string;
  /** Why there is no image. */
  readonly problem?: BinaryProblem;
  /** Files that were there and were not used. */
  readonly refused: readonly BinaryProblem[];
}

const RUNNING_VDSO = '[vdso] of the running kernel';

interface Found {
  readonly image: ElfImage;
  readonly path: string;
}

export class BinaryLocator {
  /** By name alone those without a build id, of which a recording may name many: the name is kept anyway. */
  private readonly byName = new Map<string, LocatedBinary>();
  /** Names that nothing was found for, and nothing refused: what there is to say of them is made when it is asked for. */
  private readonly absent = new Set<string>();
  private readonly byNameAndId = new Map<string, LocatedBinary>();

  constructor(
    private readonly files: BinaryFileSystem,
    private readonly places: SearchPlaces = {},
    /** Whether the recording was made under the running kernel: then its vDSO is the one, though it has no build id. */
    private readonly isOfRunningKernel: () => boolean = () => false,
    /** Shared by the locators of a recording. */
    private readonly checksums = new DebugFileChecksums(),
  ) {}

  /**
   * The files of a module in user space. Looked for once for each name and build id; never throws.
   * @param name path or name in the recording's mapping record
   * @param buildId of the mapping record or the recording's build-id table, where there is one
   */
  locate(name: string, buildId?: Uint8Array): LocatedBinary {
    const known = buildId ? this.byNameAndId : this.byName;
    const key = buildId ? `${name}\n${formatBuildId(buildId)}` : name;
    if (!buildId && this.absent.has(name)) return absentBinary(name, classifyMapping(name, false));
    let located = known.get(key);
    if (located === undefined) {
      located = new Search(
        { files: this.files, places: this.places, checksums: this.checksums },
        name,
        buildId,
        this.isOfRunningKernel,
      ).run();
      const isAbsent = !located.image && !located.debugImage && located.refused.length === 0;
      if (isAbsent && !buildId) this.absent.add(name);
      else known.set(key, located);
    }
    return located;
  }
}

/** A binary of which no file was found. */
function absentBinary(name: string, kind: MappingKind): LocatedBinary {
  return { name, kind, problem: problemOfAbsent(name, kind), refused: [] };
}

function problemOfAbsent(name: string, kind: MappingKind): BinaryProblem {
  if (kind === 'file' || kind === 'deleted' || kind === 'vdso') {
    return { code: 'missing', path: name, text: `${name} was not found` };
  }
  return { code: 'no-file', path: name, text: `${name} is memory without a file` };
}

interface SearchedPlaces {
  readonly files: BinaryFileSystem;
  readonly places: SearchPlaces;
  readonly checksums: DebugFileChecksums;
}

/** One search: what was refused on the way, and the build id that files must have. */
class Search {
  private readonly refused: BinaryProblem[] = [];
  private expected: Uint8Array | undefined;
  private imageProblem: BinaryProblem | undefined;
  /** Who says which build id files must have. */
  private expectation = 'was recorded';

  private readonly files: BinaryFileSystem;
  private readonly places: SearchPlaces;
  private readonly checksums: DebugFileChecksums;

  constructor(
    { files, places, checksums }: SearchedPlaces,
    private readonly name: string,
    recorded: Uint8Array | undefined,
    private readonly isOfRunningKernel: () => boolean,
  ) {
    this.files = files;
    this.places = places;
    this.checksums = checksums;
    this.expected = recorded && recorded.length > 0 ? recorded : undefined;
  }

  run(): LocatedBinary {
    const { name } = this;
    const kind = classifyMapping(name, false);
    switch (kind) {
      case 'vdso':
        return this.located(kind, this.findVdso(), undefined);
      case 'deleted': {
        // The file of that name now is another, unless its build id says that it is the same again, or the user put it there.
        const path = undeletedPath(name);
        const found = this.expected || this.places.symfs !== undefined ? this.findImage(path) : undefined;
        return this.located(kind, found, this.findDebug(path, found));
      }
      case 'file': {
        const found = this.findImage(name);
        return this.located(kind, found, this.findDebug(name, found));
      }
      default:
        return this.located(kind, undefined, undefined);
    }
  }

  private findImage(path: string): Found | undefined {
    for (const candidate of imageCandidates(this.places, path, this.expected)) {
      const image = this.openImage(candidate);
      if (!image) continue;
      // A debug file of the same build id is not an image: its code sections are empty.
      if (isDebugOnly(image)) continue;
      if (!this.expected) this.expectation = `is that of ${candidate}`;
      this.expected ??= image.buildId;
      return { image, path: candidate };
    }
    return this.noImage();
  }

  private findVdso(): Found | undefined {
    const chosen = this.places.vdso;
    if (chosen !== undefined) {
      // What the user names is taken even if nothing says that it is right, but not if something says it is wrong.
      const image = this.openImage(chosen, undefined, true);
      return image ? { image, path: chosen } : this.noImage();
    }
    for (const path of vdsoCandidates(this.places, this.expected)) {
      const image = this.openImage(path);
      if (image) return { image, path };
    }
    const mayBeRunning = this.expected !== undefined || this.isOfRunningKernel();
    const running = mayBeRunning ? this.files.readRunningVdso?.() : undefined;
    const image = running && this.accept(new MemoryByteSource(RUNNING_VDSO, running));
    return image ? { image, path: RUNNING_VDSO } : this.noImage();
  }

  /** Of several files that were refused, the first says most: it lies where the recording says. */
  private noImage(): undefined {
    this.imageProblem = this.refused.at(0);
  }

  /** The first file with a symbol table, unless the image has one itself that perf would come upon sooner. */
  private findDebug(path: string, found: Found | undefined): Found | undefined {
    const linked = found && this.findByDebugLink(found);
    if (linked) return linked;
    for (const candidate of debugCandidates(this.places, path, this.expected)) {
      if (candidate === found?.path) continue;
      if (!this.expected && !found) break;
      const image = this.openImage(candidate);
      if (image && hasSymbols(image)) return { image, path: candidate };
    }
    return undefined;
  }

  private findByDebugLink(found: Found): Found | undefined {
    const link = attempt(() => readDebugLink(found.image));
    if (!link) return undefined;
    for (const path of debugLinkCandidates(this.places, found.path, link.fileName)) {
      if (path === found.path) continue;
      const image = this.openImage(path, this.expected ? undefined : link.crc32);
      if (image && hasSymbols(image)) return { image, path };
    }
    return undefined;
  }

  private openImage(path: string, crc32?: number, isNamed = false): ElfImage | undefined {
    const file = isNamed ? this.files.openNamed(path) : this.files.open(path);
    if (typeof file === 'string') {
      if (file !== 'missing' && file !== 'not-a-file') this.refuse(file, path, describeOpenFailure(file));
      return undefined;
    }
    if (crc32 !== undefined) {
      const found = attempt(() => this.checksums.compute(file)) ?? 'cannot be read whole for its checksum';
      if (found !== crc32) {
        const text =
          typeof found === 'string'
            ? found
            : `is not the debug file that the image was split from: its checksum is ${hex(found)}, .gnu_debuglink says ${hex(crc32)}`;
        this.refuse('checksum-mismatch', path, text);
        file.close();
        return undefined;
      }
    }
    const image = this.accept(file);
    if (!image) file.close();
    return image;
  }

  /** The image in a file, if it is the right one; refuses it otherwise. */
  private accept(file: ByteSource): ElfImage | undefined {
    let image: ElfImage;
    let found: Uint8Array | undefined;
    try {
      image = ElfImage.parse(file);
      found = image.buildId;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.refuse('not-elf', file.name, error.facts.what);
      return undefined;
    }
    const { expected } = this;
    if (expected === undefined) return image;
    const expectedBuildId = formatBuildId(expected);
    if (found === undefined) {
      this.refuse('no-build-id', file.name, `has no build id, ${expectedBuildId} ${this.expectation}`, {
        expectedBuildId,
      });
      return undefined;
    }
    if (!isSameBuildId(expected, found)) {
      const foundBuildId = formatBuildId(found);
      const text = `has build id ${foundBuildId}, ${expectedBuildId} ${this.expectation}`;
      this.refuse('build-id-mismatch', file.name, text, { expectedBuildId, foundBuildId });
      return undefined;
    }
    return image;
  }

  private refuse(
    code: BinaryProblemCode,
    path: string,
    predicate: string,
    buildIds: Pick<BinaryProblem, 'expectedBuildId' | 'foundBuildId'> = {},
  ): void {
    this.refused.push({ code, path, text: `${path} ${predicate}`, ...buildIds });
  }

  private located(kind: MappingKind, found: Found | undefined, debug: Found | undefined): LocatedBinary {
    return {
      name: this.name,
      kind,
      buildId: this.expected,
      image: found?.image,
      imagePath: found?.path,
      debugImage: debug?.image,
      debugPath: debug?.path,
      problem: found ? undefined : (this.imageProblem ?? problemOfAbsent(this.name, kind)),
      refused: this.refused,
    };
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function hex(checksum: number): string {
  return `0x${checksum.toString(16).padStart(8, '0')}`;
}

function hasSymbols(image: ElfImage): boolean {
  return image.sections.some((section) => section.type === elf.SHT_SYMTAB);
}

/** Whether code was taken out of a file: `objcopy --only-keep-debug` leaves the section headers without contents. */
function isDebugOnly(image: ElfImage): boolean {
  const code = image.sections.filter((section) => (section.flags & elf.SHF_EXECINSTR) !== 0);
  return code.length > 0 && code.every((section) => section.type === elf.SHT_NOBITS);
}
