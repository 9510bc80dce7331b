/** Names of threads in tables, by when records name them. */

import { ProcessTable } from '../../unwinder';
import { ThreadStates } from './thread-states';

test('samples before the first name of a thread count under that name, those after another under the other', () => {
  const processes = new ProcessTable(false);
  const states = new ThreadStates();
  const early = states.intern(processes.findOrCreate(7, 7));
  processes.setComm(7, 7, 'first', false);
  processes.setComm(7, 7, 'second', false);
  const late = states.intern(processes.findOrCreate(7, 7));
  states.nameAllLate();
  expect([states.comms[early], states.comms[late]]).toEqual(['first', 'second']);
});

test('a thread without further samples is named too; where the name is the same, the state is', () => {
  const processes = new ProcessTable(false);
  const states = new ThreadStates();
  const alone = states.intern(processes.findOrCreate(8, 8));
  const early = states.intern(processes.findOrCreate(9, 9));
  processes.setComm(8, 8, 'alone', false);
  processes.setComm(9, 9, 'worker', false);
  expect(states.intern(processes.findOrCreate(9, 9))).toBe(early);
  states.nameAllLate();
  expect([states.comms[alone], states.comms[early]]).toEqual(['alone', 'worker']);
});

test('a number that is given anew is another thread: the name of one is not that of the other', () => {
  const processes = new ProcessTable(false);
  const states = new ThreadStates();
  const never = states.intern(processes.findOrCreate(7, 7));
  processes.exit(7);
  const other = states.intern(processes.findOrCreate(7, 7));
  processes.setComm(7, 7, 'other', false);
  states.nameAllLate();
  expect([states.comms[never], states.comms[other]]).toEqual([':7', 'other']);
});

test('a child has the name of its parent, which it had at that time', () => {
  const processes = new ProcessTable(false);
  const states = new ThreadStates();
  processes.setComm(1, 1, 'shell', false);
  processes.fork(2, 1, 2, 1, true);
  const before = states.intern(processes.findOrCreate(2, 2));
  processes.setComm(2, 2, 'ls', true);
  const after = states.intern(processes.findOrCreate(2, 2));
  states.nameAllLate();
  expect([states.comms[before], states.comms[after]]).toEqual(['shell', 'ls']);
});
