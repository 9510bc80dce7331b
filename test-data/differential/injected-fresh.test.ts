/** What `inject` writes of recordings made here, with the toolchain root: see injected.ts. */
import { testInjected } from './injected';
import { findSet } from './recording-sets';

describe.each(['fresh/'].map(findSet))('$name', testInjected);
