/** What records that are not samples change: processes and their mappings, names of cgroups, what was lost. */

import {
  parseCgroup,
  parseComm,
  parseKsymbol,
  parseLostCount,
  parseMmap,
  parseNamespaces,
  parseTask,
  parseTraceName,
  PERF_RECORD_MISC_COMM_EXEC,
  RecordType,
  recordTypeName,
  type Recording,
  type RecordPlace,
} from '../../../parser';
import type { ProcessTable } from '../../../unwinder';
import type { Diagnostics } from '../diagnostics';
import type { MemoryMap } from './memory-map';

export class RecordEffects {
  /** By LOST_SAMPLES records, which perf record writes at the end. */
  lostSamples = 0;
  /** By LOST records of the kernel: samples mostly, and the same as those. */
  lostRecords = 0;
  private readonly cgroupPaths = new Map<bigint, string>();

  constructor(
    private readonly recording: Recording,
    private readonly processes: ProcessTable,
    private readonly memory: MemoryMap,
    private readonly diagnostics: Diagnostics,
    /** Whether threads that have ended still have their names. */
    private readonly keepsExitedThreads: boolean,
  ) {
    memory.addBuildIds(recording.buildIds());
  }

  /** The path of a cgroup, by its id in halves; undefined where no record named it. */
  cgroupPath(low: number, high: number): string | undefined {
    return this.cgroupPaths.get((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  }

  /** Takes note of a record. @throws ParseError where it is damaged */
  apply(place: RecordPlace): void {
    const little = this.recording.littleEndian;
    switch (place.type) {
      case RecordType.MMAP:
      case RecordType.MMAP2:
        this.memory.handleMmap(parseMmap(place, little), place.misc);
        break;
      case RecordType.COMM: {
        const { pid, tid, comm } = parseComm(place, little);
        this.processes.setComm(pid, tid, comm, (place.misc & PERF_RECORD_MISC_COMM_EXEC) !== 0);
        break;
      }
      case RecordType.FORK: {
        const task = parseTask(place, little);
        // Perf writes forks of processes that were running already, followed by all their mappings.
        const copiesMappings = (place.misc & PERF_RECORD_MISC_COMM_EXEC) === 0;
        this.memory.roots.noteFork(task.pid, task.parentPid);
        this.processes.fork(task.pid, task.parentPid, task.tid, task.parentTid, copiesMappings);
        break;
      }
      case RecordType.EXIT: {
        const { tid } = parseTask(place, little);
        if (!this.keepsExitedThreads) this.processes.exit(tid);
        break;
      }
      case RecordType.CGROUP: {
        const { id, path } = parseCgroup(place, little);
        this.cgroupPaths.set(id, path);
        break;
      }
      case RecordType.NAMESPACES:
        this.memory.roots.noteNamespaces(parseNamespaces(place, little));
        break;
      case RecordType.KSYMBOL:
        this.memory.handleKsymbol(parseKsymbol(place, little));
        break;
      case RecordType.HEADER_BUILD_ID:
        this.memory.addBuildIds(this.recording.buildIds());
        break;
      case RecordType.AUXTRACE_INFO:
        this.diagnostics.addList(
          {
            summary:
              `the recording holds a trace of ${parseTraceName(place, little)}, which is left out: ` +
              'what is shown are the samples beside it; `perf script --itrace` of the recording machine’s perf decodes it',
            lines: [],
            share: 1,
          },
          false,
        );
        break;
      case RecordType.LOST:
        this.lostRecords += parseLostCount(place, little);
        break;
      case RecordType.LOST_SAMPLES:
        this.lostSamples += parseLostCount(place, little);
        break;
      default:
        if (recordTypeName(place.type).startsWith('type ')) {
          this.diagnostics.add(
            'unknown-record',
            'records of a type that is not known were skipped',
            recordTypeName(place.type),
          );
        }
    }
  }
}
