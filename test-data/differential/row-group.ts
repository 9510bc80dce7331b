/** A group of rows of the differential test's table. */
export interface RowGroup {
  group: string;
  recordings: string[];
  options: string[];
  /**
   * Why frames in shared libraries are left out of the comparison: perf asks the external addr2line about position
   * independent files, and how that names a function depends on what it was asked before (docs/as-perf.md).
   */
  leavesOutLibraries?: string;
  /** Why perf of the toolchain root is not asked where the stored text was printed with binaries that are missing. */
  onlyStored?: string;
  /**
   * Cases of docs/as-perf.md, by name, and the rows of the group that they make differ: patterns of recordings, or of
   * `RECORDING: OPTIONS`, where * stands for any characters.
   */
  cases?: Readonly<Record<string, readonly string[]>>;
  /** Recordings that the patterns match and that do not belong here, each with the reason. */
  except?: Record<string, string>;
}
