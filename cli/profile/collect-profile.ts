/** Reads a recording into a profile. */

import type { Session } from '../pipeline/session';
import { Profile } from './profile';

/**
 * Reads the whole recording.
 * @param tellsCpus whether samples of different processors are kept apart
 */
export function collectProfile(session: Session, tellsCpus: boolean): Profile {
  const profile = new Profile(tellsCpus);
  const collected = { event: 0, cpu: -1, cpumode: 0, frame: -1, period: 0 };
  session.run((sample, event, thread, chain, isHidden) => {
    if (isHidden) {
      profile.addHidden(event.index, sample.period);
      return;
    }
    collected.event = event.index;
    collected.cpu = sample.cpu;
    collected.cpumode = sample.cpumode;
    collected.frame = session.frameOf(sample.cpumode, sample.ipLow, sample.ipHigh, thread);
    collected.period = sample.period;
    profile.add(collected, thread, chain.frames, chain.count);
  });
  return profile;
}
