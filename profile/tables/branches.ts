/** The branches of samples, where those are counted in place of the samples. */

import {
  BranchEntry,
  decodeBranchInto,
  PERF_BR_COND,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_USER,
  type RecordedEvent,
  type Sample,
} from '../../parser';
import type { Thread } from '../../unwinder';
import type { Session } from '../session/session';
import type { Profile, ProfiledSample } from './profile';
import type { DetailOfSample, SampleDetail } from './sample-details';

/** One branch: what the processor recorded, and the frames of its ends. */
export interface Branch {
  readonly entry: BranchEntry;
  readonly from: number;
  readonly to: number;
}

/** The branch that was read last; one object for all. */
export class BranchReader implements Branch {
  readonly entry = new BranchEntry();
  from = -1;
  to = -1;

  constructor(private readonly session: Session) {}

  /** @param index below the sample's `branchCount` */
  read(sample: Sample, index: number, thread: Thread): void {
    const { entry } = this;
    decodeBranchInto(sample, index, entry);
    this.from = this.frameOf(entry.fromLow, entry.fromHigh, thread);
    this.to = this.frameOf(entry.toLow, entry.toHigh, thread);
  }

  /** A branch may lead into the kernel, or back: each end is looked up where it can be, whatever mode the sample was taken in. */
  private frameOf(low: number, high: number, thread: Thread): number {
    const { session } = this;
    const frame = session.frameOf(PERF_RECORD_MISC_USER, low, high, thread);
    if (session.frames.mapping[frame] >= 0) return frame;
    return session.frameOf(PERF_RECORD_MISC_KERNEL, low, high, thread);
  }
}

/** How branches are counted. */
export interface BranchChoice {
  readonly reader: BranchReader;
  /** Only branches that have symbols at both ends, of samples that have one. */
  readonly hidesUnresolved: boolean;
}

const PAGE_BITS = 12;
const LARGE_PAGE_BITS = 21;

/** How many branches were of which kind, as far as the processor or perf told their types. */
export class BranchStatistics {
  /** By type, as {@link BranchEntry.type} numbers them. */
  readonly byType: number[] = [];
  forward = 0;
  backward = 0;
  /** To another page of 4 KiB, within 2 MiB. */
  leavesPage = 0;
  /** To another 2 MiB. */
  leavesLargePage = 0;

  /** Counts a branch, if its type is known. */
  add(entry: BranchEntry): void {
    const { type, fromLow, fromHigh, toLow, toHigh } = entry;
    if (type === 0 || (fromLow === 0 && fromHigh === 0)) return;
    this.byType[type] = (this.byType[type] ?? 0) + 1;
    if (type === PERF_BR_COND) {
      if (toHigh > fromHigh || (toHigh === fromHigh && toLow > fromLow)) this.forward++;
      else this.backward++;
    }
    const crosses = (bits: number): boolean => toHigh !== fromHigh || (fromLow ^ toLow) >>> bits !== 0;
    if (crosses(LARGE_PAGE_BITS)) this.leavesLargePage++;
    else if (crosses(PAGE_BITS)) this.leavesPage++;
  }
}

/** What is added to a profile, changed from branch to branch. */
interface CollectedBranch extends ProfiledSample {
  frame: number;
  readonly details: SampleDetail[];
}

const NO_FRAMES = new Int32Array(0);

/** Adds branches to a profile, each at its target. */
export class BranchCounter {
  /** By event, the samples that had any. */
  readonly samplesByEvent = new Map<number, number>();

  readonly statistics = new BranchStatistics();

  constructor(
    private readonly session: Session,
    private readonly profile: Profile,
    private readonly choice: BranchChoice,
    private readonly details: readonly DetailOfSample[],
  ) {}

  /** @param collected what is known of the sample; its frame is the sampled one, and is changed */
  add(collected: CollectedBranch, sample: Sample, event: RecordedEvent, thread: Thread): void {
    const { reader, hidesUnresolved } = this.choice;
    if (hidesUnresolved && !this.isNamed(collected.frame)) return;
    let hasAny = false;
    for (let i = 0; i < sample.branchCount; i++) {
      reader.read(sample, i, thread);
      if (hidesUnresolved && !(this.isNamed(reader.from) && this.isNamed(reader.to))) continue;
      hasAny = true;
      this.statistics.add(reader.entry);
      collected.frame = reader.to;
      for (let k = 0; k < this.details.length; k++) collected.details[k] = this.details[k](sample, event);
      this.profile.add(collected, thread, NO_FRAMES, 0);
    }
    if (hasAny) this.samplesByEvent.set(event.index, (this.samplesByEvent.get(event.index) ?? 0) + 1);
  }

  /** Counts the branches of a sample that a filter leaves out. */
  addHidden(sample: Sample, event: RecordedEvent, latency: number): void {
    const { branchCount } = sample;
    if (branchCount > 0) this.profile.addHidden(event.index, branchCount, latency * branchCount);
  }

  private isNamed(frame: number): boolean {
    return this.session.names.resolve(frame).symbol !== undefined;
  }
}
