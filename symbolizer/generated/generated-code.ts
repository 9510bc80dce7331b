/** The lists that programs leave of code which they generated: found by process or by mapping, read when first asked for. */

import { ParseError, type BinaryFileSystem, type OpenFile } from '../../parser';
import { describeOpenFailure } from '../files/open-failure';
import { JitDump } from './jitdump';
import { perfMapPath } from '../files/mapping-kind';
import { PerfMap } from './perf-map';
import { inSymfs, type ProcessRoot, type SearchPlaces } from '../files/search-places';

const CONTAINERS_FIRST_PID = 1;

export class GeneratedCode {
  private readonly perfMaps = new Map<number, PerfMap | undefined>();
  private readonly jitDumps = new Map<string, JitDump | undefined>();

  /** @param onProblem told of files that are there and cannot be used, or not whole */
  constructor(
    private readonly files: BinaryFileSystem,
    private readonly places: SearchPlaces,
    private readonly onProblem: (path: string, problem: string) => void,
    private readonly rootOf: (pid: number) => ProcessRoot | undefined = () => undefined,
  ) {}

  /**
   * What a process listed in /tmp/perf-PID.map (inside symfs, if that is given). The first process of a container calls itself 1,
   * and its list so; the root of a container, given as symfs, is taken for that of the processes that have no list there.
   */
  perfMapOf(pid: number): PerfMap | undefined {
    if (!this.perfMaps.has(pid)) {
      const root = this.rootOf(pid);
      const places = this.placesIn(root);
      const open = (which: number) => this.openPerfMap(inSymfs(places, perfMapPath(which)));
      const namespacePid = root?.pid === pid ? root.namespacePid : undefined;
      const mayBeContainer = places.symfs !== undefined && namespacePid === undefined;
      let map = open(namespacePid ?? pid);
      if (!map && mayBeContainer) map = open(CONTAINERS_FIRST_PID);
      // A process that runs now may have been given the number that it has here.
      if (!map && namespacePid !== undefined) map = this.openPerfMap(inSymfs(this.places, perfMapPath(pid)));
      this.perfMaps.set(pid, map);
    }
    return this.perfMaps.get(pid);
  }

  /** A jitdump file of a process, by the name of its mapping ({@link isJitDumpPath}). */
  jitDumpAt(name: string, pid: number): JitDump | undefined {
    const path = inSymfs(this.placesIn(this.rootOf(pid)), name);
    if (!this.jitDumps.has(path)) this.jitDumps.set(path, this.openJitDump(path));
    return this.jitDumps.get(path);
  }

  private placesIn(root: ProcessRoot | undefined): SearchPlaces {
    return root ? { ...this.places, symfs: root.folder } : this.places;
  }

  private openPerfMap(path: string): PerfMap | undefined {
    const file = this.open(path);
    if (!file) return undefined;
    try {
      const map = PerfMap.parse(file.read(0, file.sizeBytes));
      if (map.count === 0 && file.sizeBytes > 0) {
        this.onProblem(path, 'no line of it is START SIZE NAME, in hexadecimal: is it damaged?');
      }
      return map;
    } catch (error) {
      return this.report(path, error);
    } finally {
      file.close();
    }
  }

  private openJitDump(path: string): JitDump | undefined {
    const file = this.open(path);
    if (!file) return undefined;
    try {
      // The file stays open: the code in it is read when something asks for it.
      const dump = JitDump.parse(file);
      const { damagedRecords } = dump;
      if (damagedRecords > 0) {
        const records = damagedRecords === 1 ? 'a record is' : `${damagedRecords} records are`;
        this.onProblem(path, `${records} cut off or damaged: functions in and after them are missing`);
      }
      return dump;
    } catch (error) {
      file.close();
      return this.report(path, error);
    }
  }

  private open(path: string): OpenFile | undefined {
    const file = this.files.open(path);
    if (typeof file !== 'string') return file;
    if (file !== 'missing') this.onProblem(path, describeOpenFailure(file));
    return undefined;
  }

  private report(path: string, error: unknown): undefined {
    if (!(error instanceof ParseError)) throw error;
    this.onProblem(path, error.message);
  }
}
