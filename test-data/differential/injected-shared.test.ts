/** What `inject` writes of recordings of real kernels: see injected.ts. */
import { testInjected } from './injected';
import { findSet } from './recording-sets';

describe.each(['aarch64/', 's390x/', 'x86_64-defer/'].map(findSet))('$name', testInjected);
