/** Reads a recording into a profile. */

import { parseLostCount, RecordType, Sample, type Recording, type RecordPlace } from '../../parser';
import { FURTHER_PLACES } from '../names/frame-names';
import type { Session } from '../session/session';
import { type BranchChoice, BranchCounter } from './branches';
import { Parallelism } from './parallelism';
import { Profile } from './profile';
import type { DetailOfSample, SampleDetail } from './sample-details';
import { NOT_UNWOUND, SampleTimes } from './sample-times';

/** What is read besides. */
export interface CollectedFacts {
  /** Samples taken while no other thread of the recording ran. */
  singleThreadedSamples: number;
  /** All samples, also those that filters leave out. */
  totalSamples: number;
  /** Where branches are counted: by event the samples that had any, and of what kinds they were. */
  readonly branches: Pick<BranchCounter, 'samplesByEvent' | 'statistics'> | undefined;
}

export interface CollectedProfile {
  readonly profile: Profile;
  readonly facts: CollectedFacts;
  /** The samples one by one, where that was chosen. */
  readonly times?: SampleTimes;
  /** Records that the kernel could not write, in the order of the file; kept with the times. */
  readonly lost?: readonly LostRecords[];
}

export interface LostRecords {
  /** As {@link SampleTimes.timeNs}. */
  readonly timeNs: number;
  readonly count: number;
}

/** What a profile keeps of the samples, besides what every table needs. */
export interface ProfileChoice {
  /** Whether samples of different processors are kept apart. */
  readonly tellsCpus?: boolean;
  /** Values by which samples are told apart besides. */
  readonly details?: readonly DetailOfSample[];
  /** Whether the times of samples and the ends of their stacks are kept, one by one. */
  readonly keepsTimes?: boolean;
  /** Where branches are counted in place of samples, each for 1: how. */
  readonly branches?: BranchChoice;
}

/** Reads the whole recording. */
export function collectProfile(session: Session, choice: ProfileChoice = {}): CollectedProfile {
  const { tellsCpus = false, details = [], keepsTimes = false } = choice;
  const profile = new Profile(tellsCpus, session.frames);
  const branches = choice.branches && new BranchCounter(session, profile, choice.branches, details);
  const facts: CollectedFacts = {
    singleThreadedSamples: 0,
    totalSamples: 0,
    branches,
  };
  const { recording } = session;
  const times = keepsTimes ? new SampleTimes() : undefined;
  const lost = new LostRecordList(recording);
  const parallelism = Parallelism.isRecorded(recording) ? new Parallelism(recording) : undefined;
  const collected = {
    event: 0,
    cpu: -1,
    cpumode: 0,
    frame: -1,
    period: 0,
    latency: 0,
    details: details.map((): SampleDetail => 0),
  };
  session.run(
    (sample, event, thread, chain, isHidden) => {
      const running = parallelism ? parallelism.now : 1;
      facts.totalSamples++;
      if (running === 1) facts.singleThreadedSamples++;
      const period = branches ? 1 : sample.period;
      collected.latency = parallelism ? Math.floor((period * 1000) / running) : 0;
      if (isHidden) {
        if (branches) branches.addHidden(sample, event, collected.latency);
        else profile.addHidden(event.index, period, collected.latency);
        return;
      }
      collected.event = event.index;
      collected.cpu = sample.cpu;
      collected.cpumode = sample.cpumode;
      collected.frame = session.frameOf(sample.cpumode, sample.ipLow, sample.ipHigh, thread);
      collected.period = period;
      if (branches) {
        branches.add(collected, sample, event, thread);
        return;
      }
      for (let i = 0; i < details.length; i++) collected.details[i] = details[i](sample, event);
      const row = profile.add(collected, thread, chain.frames, chain.count);
      times?.add(row, timeNsOf(recording, sample), sample.period, session.stopReason ?? NOT_UNWOUND);
    },
    {
      record: (place) => {
        parallelism?.handleRecord(place);
        if (keepsTimes && place.type === RecordType.LOST) lost.add(place);
      },
    },
  );
  profile.threads.nameAllLate();
  sayFurther(session, profile);
  return { profile, facts, times, lost: lost.records };
}

function sayFurther({ diagnostics }: Session, profile: Profile): void {
  const count = profile.countSamplesOfFurther();
  if (count === 0) return;
  const summary =
    `the recording has too many different stacks: ${count} samples have frames that are counted as one, ${FURTHER_PLACES}; ` +
    'look at a part of it by --time, --comms or --pid';
  diagnostics.addList({ summary, lines: [], share: 1 }, true);
}

class LostRecordList {
  readonly records: LostRecords[] = [];
  private readonly trailer = new Sample();

  constructor(private readonly recording: Recording) {}

  /** @param place of a LOST record */
  add(place: RecordPlace): void {
    const { recording, trailer } = this;
    recording.decodeTrailerInto(place, trailer);
    const count = parseLostCount(place, recording.littleEndian);
    this.records.push({ timeNs: timeNsOf(recording, trailer), count });
  }
}

/** As {@link SampleTimes.timeNs}. */
function timeNsOf({ times }: Recording, { hasTime, timeLow, timeHigh }: Sample): number {
  return hasTime ? times.delta(timeLow, timeHigh) : NaN;
}
