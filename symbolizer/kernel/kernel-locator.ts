/**
 * Finds the symbols of the kernel that a recording was made on. In the order of perf 7.2 (tools/perf/util/symbol.c,
 * `dso__load_kernel_sym`, `dso__find_kallsyms`):
 *
 *   1  the kallsyms file or the vmlinux that the user names, and nothing else
 *   2  a vmlinux of the recorded build id: perf's build-id cache, /boot, /usr/lib/debug, /lib/modules/‹release›/build
 *   3  /proc/kallsyms, if this machine runs that kernel           (not with --symfs: that is another machine's)
 *   4  a kallsyms file of that build id in perf's build-id cache
 *
 * perf takes /proc/kallsyms even of another kernel, and then prints wrong names; here build ids must agree.
 */

import { ElfImage, gunzip, ParseError, type ByteSource, type BinaryFileSystem } from '../../parser';
import { describeOpenFailure } from '../files/open-failure';
import type { BinaryProblem, BinaryProblemCode } from '../files/binary-locator';
import { formatBuildId, isSameBuildId } from '../files/build-id';
import { KernelSymbols, type KernelSymbolsFailure, type ReferenceSymbol } from './kernel-symbols';
import { isRunningKernel } from './running-kernel';
import { inBuildIdCache, inSymfs, type SearchPlaces } from '../files/search-places';

/** What the recording and the command line say of the kernel. */
export interface KernelRequest {
  /** Of the recording's kernel mapping or its build-id table. */
  readonly buildId?: Uint8Array;
  /** Of the recording's kernel mapping. */
  readonly reference?: ReferenceSymbol;
  /** The recording's `uname -r`. */
  readonly release?: string;
  /** Files that the user names. */
  readonly kallsyms?: string;
  readonly vmlinux?: string;
}

export type KernelProblemCode = BinaryProblemCode | KernelSymbolsFailure;

export interface KernelProblem extends Omit<BinaryProblem, 'code'> {
  readonly code: KernelProblemCode;
}

export interface LocatedKernel {
  readonly symbols?: KernelSymbols;
  readonly path?: string;
  /** Files that were there and were not used; the first is the reason why there are no symbols. */
  readonly refused: readonly KernelProblem[];
}

const RUNNING_KALLSYMS = '/proc/kallsyms';

const failureTexts: Readonly<Record<KernelSymbolsFailure, string>> = {
  empty: 'holds no symbols',
  restricted: 'holds only zeros for addresses: read it as root, or set /proc/sys/kernel/kptr_restrict to 0',
  'no-reference': "lacks the recording's reference symbol: it is another kernel's",
};

/** The kernel's symbols; never throws. Reads files at once: ask only when a kernel address needs a name. */
export function locateKernelSymbols(
  files: BinaryFileSystem,
  places: SearchPlaces,
  request: KernelRequest,
): LocatedKernel {
  const search = new KernelSearch(files, places, request);
  const found = search.run();
  return { ...found, refused: search.refused };
}

interface Found {
  readonly symbols: KernelSymbols;
  readonly path: string;
}

class KernelSearch {
  readonly refused: KernelProblem[] = [];

  constructor(
    private readonly files: BinaryFileSystem,
    private readonly places: SearchPlaces,
    private readonly request: KernelRequest,
  ) {}

  run(): Found | undefined {
    const { kallsyms, vmlinux, buildId } = this.request;
    if (kallsyms !== undefined) return this.readKallsyms(kallsyms, true);
    if (vmlinux !== undefined) return this.readVmlinux(inSymfsUnlessAbsolute(this.places, vmlinux), true);
    if (buildId === undefined) return undefined;
    for (const path of this.vmlinuxCandidates(buildId)) {
      const found = this.readVmlinux(path, false);
      if (found) return found;
    }
    if (!this.places.symfs && isRunningKernel(this.files, buildId)) {
      const found = this.readKallsyms(RUNNING_KALLSYMS, true);
      if (found) return found;
    }
    for (const path of this.kallsymsCandidates(buildId)) {
      const found = this.readKallsyms(path, false);
      if (found) return found;
    }
    return undefined;
  }

  private vmlinuxCandidates(buildId: Uint8Array): string[] {
    const paths = inBuildIdCache(this.places, buildId, ['elf']);
    paths.push(inSymfs(this.places, '/boot/vmlinux'));
    const { release } = this.request;
    if (release === undefined || this.places.symfs) return paths;
    return [
      ...paths,
      `/boot/vmlinux-${release}`,
      `/usr/lib/debug/boot/vmlinux-${release}`,
      `/lib/modules/${release}/build/vmlinux`,
      `/usr/lib/debug/lib/modules/${release}/vmlinux`,
      `/usr/lib/debug/boot/vmlinux-${release}.debug`,
    ];
  }

  private kallsymsCandidates(buildId: Uint8Array): string[] {
    const { buildIdCache } = this.places;
    if (!buildIdCache) return [];
    const folder = `${buildIdCache}/[kernel.kallsyms]/${formatBuildId(buildId)}`;
    return [`${folder}/kallsyms`, ...inBuildIdCache(this.places, buildId, ['kallsyms']), folder];
  }

  private readKallsyms(path: string, isNamed: boolean): Found | undefined {
    const bytes = this.read(path, isNamed);
    if (!bytes) return undefined;
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    let text = bytes;
    try {
      if (isPacked) text = gunzip(bytes, path);
    } catch {
      this.refuse('unreadable', path, 'is damaged: it does not unpack');
      return undefined;
    }
    return this.accept(path, KernelSymbols.fromKallsyms(text, this.request.reference));
  }

  private readVmlinux(path: string, isNamed: boolean): Found | undefined {
    const file = isNamed ? this.files.openNamed(path) : this.files.open(path);
    if (typeof file === 'string') {
      if (isNamed || file === 'no-permission') this.refuse(file, path, describeOpenFailure(file));
      return undefined;
    }
    try {
      return this.acceptVmlinux(path, file);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.refuse('not-elf', path, error.facts.what);
      return undefined;
    } finally {
      file.close();
    }
  }

  private acceptVmlinux(path: string, file: ByteSource): Found | undefined {
    const image = ElfImage.parse(file);
    const { buildId, reference } = this.request;
    if (buildId && !(image.buildId && isSameBuildId(buildId, image.buildId))) {
      const expectedBuildId = formatBuildId(buildId);
      const foundBuildId = image.buildId && formatBuildId(image.buildId);
      const text = `has ${foundBuildId ? `build id ${foundBuildId}` : 'no build id'}, ${expectedBuildId} was recorded`;
      this.refused.push({
        code: foundBuildId ? 'build-id-mismatch' : 'no-build-id',
        path,
        text: `${path} ${text}`,
        expectedBuildId,
        foundBuildId,
      });
      return undefined;
    }
    return this.accept(path, KernelSymbols.fromVmlinux(image, reference));
  }

  private accept(path: string, symbols: KernelSymbols | KernelSymbolsFailure): Found | undefined {
    if (typeof symbols !== 'string') return { symbols, path };
    this.refuse(symbols, path, failureTexts[symbols]);
    return undefined;
  }

  private read(path: string, isNamed: boolean): Uint8Array | undefined {
    const file = isNamed ? this.files.openNamed(path) : this.files.open(path);
    if (typeof file === 'string') {
      if (isNamed || file === 'no-permission') this.refuse(file, path, describeOpenFailure(file));
      return undefined;
    }
    try {
      return file.read(0, file.sizeBytes);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.refuse('unreadable', path, error.facts.what);
      return undefined;
    } finally {
      file.close();
    }
  }

  private refuse(code: KernelProblemCode, path: string, predicate: string): void {
    this.refused.push({ code, path, text: `${path} ${predicate}` });
  }
}

function inSymfsUnlessAbsolute(places: SearchPlaces, path: string): string {
  return path.startsWith('/') ? path : inSymfs(places, path);
}
