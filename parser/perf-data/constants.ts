/**
 * Constants of perf.data: the kernel's records and bits (include/uapi/linux/perf_event.h, Linux 7.2), and the
 * records that perf itself adds (tools/lib/perf/include/perf/event.h, types from 64 on).
 */

/** Record types, by the name that perf prints (`perf script -D`). */
export const RecordType = {
  MMAP: 1,
  LOST: 2,
  COMM: 3,
  EXIT: 4,
  THROTTLE: 5,
  UNTHROTTLE: 6,
  FORK: 7,
  READ: 8,
  SAMPLE: 9,
  MMAP2: 10,
  AUX: 11,
  ITRACE_START: 12,
  LOST_SAMPLES: 13,
  SWITCH: 14,
  SWITCH_CPU_WIDE: 15,
  NAMESPACES: 16,
  KSYMBOL: 17,
  BPF_EVENT: 18,
  CGROUP: 19,
  TEXT_POKE: 20,
  AUX_OUTPUT_HW_ID: 21,
  CALLCHAIN_DEFERRED: 22,
  HEADER_ATTR: 64,
  HEADER_EVENT_TYPE: 65,
  HEADER_TRACING_DATA: 66,
  HEADER_BUILD_ID: 67,
  FINISHED_ROUND: 68,
  ID_INDEX: 69,
  AUXTRACE_INFO: 70,
  AUXTRACE: 71,
  AUXTRACE_ERROR: 72,
  THREAD_MAP: 73,
  CPU_MAP: 74,
  STAT_CONFIG: 75,
  STAT: 76,
  STAT_ROUND: 77,
  EVENT_UPDATE: 78,
  TIME_CONV: 79,
  HEADER_FEATURE: 80,
  COMPRESSED: 81,
  FINISHED_INIT: 82,
  COMPRESSED2: 83,
  BPF_METADATA: 84,
  SCHEDSTAT_CPU: 85,
  SCHEDSTAT_DOMAIN: 86,
} as const;

/** Records from this type on are perf's own: they carry no sample id and are never sorted. */
export const FIRST_USER_RECORD_TYPE = 64;

const recordNames = new Map<number, string>(Object.entries(RecordType).map(([name, type]) => [type, name]));

/** The name of a record type, or "type 99" for one that is not known here. */
export function recordTypeName(type: number): string {
  return recordNames.get(type) ?? `type ${type}`;
}

/** Size in bytes of a record's header: type u32, misc u16, size u16. */
export const RECORD_HEADER_SIZE = 8;

export const PERF_RECORD_MISC_CPUMODE_MASK = 7;
export const PERF_RECORD_MISC_KERNEL = 1;
export const PERF_RECORD_MISC_USER = 2;
export const PERF_RECORD_MISC_HYPERVISOR = 3;
export const PERF_RECORD_MISC_GUEST_KERNEL = 4;
export const PERF_RECORD_MISC_GUEST_USER = 5;
/** On MMAP and MMAP2: a mapping that is not executable. On COMM: the name comes from exec. */
export const PERF_RECORD_MISC_MMAP_DATA = 1 << 13;
export const PERF_RECORD_MISC_COMM_EXEC = 1 << 13;
export const PERF_RECORD_MISC_SWITCH_OUT = 1 << 13;
export const PERF_RECORD_MISC_MMAP_BUILD_ID = 1 << 14;
export const PERF_RECORD_MISC_SWITCH_OUT_PREEMPT = 1 << 14;
/** On LOST_SAMPLES: dropped on purpose by a filter that runs as a BPF program. */
export const PERF_RECORD_MISC_LOST_SAMPLES_BPF = 1 << 15;
/** On HEADER_BUILD_ID entries: byte 20 of the build id field holds the id's true size. */
export const PERF_RECORD_MISC_BUILD_ID_SIZE = 1 << 15;

export const PERF_SAMPLE_IP = 1 << 0;
export const PERF_SAMPLE_TID = 1 << 1;
export const PERF_SAMPLE_TIME = 1 << 2;
export const PERF_SAMPLE_ADDR = 1 << 3;
export const PERF_SAMPLE_READ = 1 << 4;
export const PERF_SAMPLE_CALLCHAIN = 1 << 5;
export const PERF_SAMPLE_ID = 1 << 6;
export const PERF_SAMPLE_CPU = 1 << 7;
export const PERF_SAMPLE_PERIOD = 1 << 8;
export const PERF_SAMPLE_STREAM_ID = 1 << 9;
export const PERF_SAMPLE_RAW = 1 << 10;
export const PERF_SAMPLE_BRANCH_STACK = 1 << 11;
export const PERF_SAMPLE_REGS_USER = 1 << 12;
export const PERF_SAMPLE_STACK_USER = 1 << 13;
export const PERF_SAMPLE_WEIGHT = 1 << 14;
export const PERF_SAMPLE_DATA_SRC = 1 << 15;
export const PERF_SAMPLE_IDENTIFIER = 1 << 16;
export const PERF_SAMPLE_TRANSACTION = 1 << 17;
export const PERF_SAMPLE_REGS_INTR = 1 << 18;
export const PERF_SAMPLE_PHYS_ADDR = 1 << 19;
export const PERF_SAMPLE_AUX = 1 << 20;
export const PERF_SAMPLE_CGROUP = 1 << 21;
export const PERF_SAMPLE_DATA_PAGE_SIZE = 1 << 22;
export const PERF_SAMPLE_CODE_PAGE_SIZE = 1 << 23;
export const PERF_SAMPLE_WEIGHT_STRUCT = 1 << 24;

export const PERF_FORMAT_TOTAL_TIME_ENABLED = 1 << 0;
export const PERF_FORMAT_TOTAL_TIME_RUNNING = 1 << 1;
export const PERF_FORMAT_ID = 1 << 2;
export const PERF_FORMAT_GROUP = 1 << 3;
export const PERF_FORMAT_LOST = 1 << 4;

export const PERF_SAMPLE_BRANCH_CALL_STACK = 1 << 11;
export const PERF_SAMPLE_BRANCH_HW_INDEX = 1 << 17;
export const PERF_SAMPLE_BRANCH_COUNTERS = 1 << 19;

/** Callchain entries that are markers: they say whose addresses follow. */
export const PERF_CONTEXT_HV = -32;
export const PERF_CONTEXT_KERNEL = -128;
export const PERF_CONTEXT_USER = -512;
export const PERF_CONTEXT_USER_DEFERRED = -640;
export const PERF_CONTEXT_GUEST = -2048;
export const PERF_CONTEXT_GUEST_KERNEL = -2176;
export const PERF_CONTEXT_GUEST_USER = -2560;
/** Values from here up (as unsigned words) are markers, known or not. */
export const PERF_CONTEXT_MAX = -4095;

export const PERF_TYPE_HARDWARE = 0;
export const PERF_TYPE_SOFTWARE = 1;
export const PERF_TYPE_TRACEPOINT = 2;
export const PERF_TYPE_HW_CACHE = 3;
export const PERF_TYPE_RAW = 4;
export const PERF_TYPE_BREAKPOINT = 5;

/** An event of type SOFTWARE that counts nothing: perf opens it for the records of mappings and names. */
export const PERF_COUNT_SW_DUMMY = 9n;

/** Of a sample's user registers: a 32-bit program. */
export const PERF_SAMPLE_REGS_ABI_32 = 1;
