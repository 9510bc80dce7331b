import { ProcessRoots } from './process-roots';

const a = { pid: 10, folder: '/a' };
const b = { pid: 20, folder: '/b' };

/** A NAMESPACES record with a mount namespace of its own number, the sixth of seven. */
function namespaces(pid: number, mount: number) {
  const links = Array.from({ length: 7 }, (_, i) => ({ device: 4n, inode: i === 5 ? BigInt(mount) : 1n }));
  return { pid, tid: pid, links };
}

test('a root holds for the process and for all in its mount namespace', () => {
  const roots = new ProcessRoots([a, b]);
  [namespaces(10, 100), namespaces(20, 200), namespaces(30, 200), namespaces(40, 300)].forEach((record) =>
    roots.noteNamespaces(record),
  );
  expect([10, 20, 30, 40, 50].map((pid) => roots.find(pid))).toEqual([a, b, b, undefined, undefined]);
});

test('children are in the namespace of their parent until a record says otherwise', () => {
  const roots = new ProcessRoots([a]);
  roots.noteNamespaces(namespaces(10, 100));
  roots.noteFork(11, 10);
  expect(roots.find(11)).toBe(a);
  roots.noteNamespaces(namespaces(11, 101));
  expect(roots.find(11)).toBeUndefined();
});

test('without namespaces in the recording a root holds for what the process forks', () => {
  const roots = new ProcessRoots([a, b]);
  roots.noteFork(11, 10);
  roots.noteFork(12, 11);
  roots.noteFork(12, 12);
  expect([12, 99].map((pid) => roots.find(pid))).toEqual([a, undefined]);
  expect(roots.unused).toEqual([a, b]);
  roots.find(10);
  expect(roots.unused).toEqual([b]);
});
