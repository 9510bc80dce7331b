/**
 * The shape of the search tree in which perf keeps a module's symbols: a red-black tree by start, without a thought
 * for overlap. Where two symbols cover an address (a function and a label inside it that was stretched to the next
 * symbol), perf answers the one nearer to the root, and that depends on the history of the tree. glibc has such a place
 * where it matters: every thread in a blocking system call is at `__syscall_cancel_arch_end`, a label one byte
 * before the end of `__syscall_cancel_arch`, and perf prints the latter or the former by this alone.
 *
 * So the history is replayed, once, when an address that two symbols cover is first asked for: symbols are inserted
 * in the order in which perf meets them and erased where it drops aliases. Insertion and deletion are those of
 * Cormen, Leiserson, Rivest, Stein, "Introduction to Algorithms", 3rd edition, chapter 13; perf's (Linux's) are the
 * same in every case, so the shape is too.
 */

/** The tree before it has symbols: every leaf, and the root's parent. */
const NIL = 0;

export class SymbolSearchTree {
  private root = NIL;
  private readonly left: Int32Array;
  private readonly right: Int32Array;
  private readonly parent: Int32Array;
  private readonly isRed: Uint8Array;

  /**
   * @param starts where symbol i starts
   * @param ends one past where symbol i ends
   * @param count number of symbols that may be inserted: indexes below it
   */
  constructor(
    private readonly starts: ArrayLike<number>,
    private readonly ends: ArrayLike<number>,
    count: number,
  ) {
    // Node n is symbol n - 1, so that 0 can be the leaf.
    this.left = new Int32Array(count + 1);
    this.right = new Int32Array(count + 1);
    this.parent = new Int32Array(count + 1);
    this.isRed = new Uint8Array(count + 1);
  }

  /** The symbol covering a place that is met first on the way down, or -1. */
  find(place: number): number {
    let node = this.root;
    while (node !== NIL) {
      if (place < this.starts[node - 1]) node = this.left[node];
      else if (place >= this.ends[node - 1]) node = this.right[node];
      else return node - 1;
    }
    return -1;
  }

  /** Inserts a symbol, after those that start at the same place. */
  insert(symbol: number): void {
    const { left, right, parent } = this;
    const start = this.starts[symbol];
    const inserted = symbol + 1;
    let above = NIL;
    let goesLeft = false;
    for (let node = this.root; node !== NIL; node = goesLeft ? left[node] : right[node]) {
      above = node;
      goesLeft = start < this.starts[node - 1];
    }
    parent[inserted] = above;
    left[inserted] = NIL;
    right[inserted] = NIL;
    this.isRed[inserted] = 1;
    if (above === NIL) this.root = inserted;
    else if (goesLeft) left[above] = inserted;
    else right[above] = inserted;
    this.rebalanceAfterInsert(inserted);
  }

  /** Erases a symbol that was inserted. */
  erase(symbol: number): void {
    const { left, right, parent, isRed } = this;
    const node = symbol + 1;
    let removedRed = isRed[node];
    let moved: number;
    if (left[node] === NIL) {
      moved = right[node];
      this.replace(node, moved);
    } else if (right[node] === NIL) {
      moved = left[node];
      this.replace(node, moved);
    } else {
      let successor = right[node];
      while (left[successor] !== NIL) successor = left[successor];
      removedRed = isRed[successor];
      moved = right[successor];
      if (parent[successor] === node) {
        // A leaf has no parent of its own: it is lent one for the rebalancing.
        parent[moved] = successor;
      } else {
        this.replace(successor, moved);
        right[successor] = right[node];
        parent[right[successor]] = successor;
      }
      this.replace(node, successor);
      left[successor] = left[node];
      parent[left[successor]] = successor;
      isRed[successor] = isRed[node];
    }
    if (!removedRed) this.rebalanceAfterErase(moved);
  }

  private rebalanceAfterInsert(inserted: number): void {
    const { left, right, parent, isRed } = this;
    let node = inserted;
    while (isRed[parent[node]]) {
      const grandparent = parent[parent[node]];
      const isLeft = parent[node] === left[grandparent];
      const uncle = isLeft ? right[grandparent] : left[grandparent];
      if (isRed[uncle]) {
        isRed[parent[node]] = 0;
        isRed[uncle] = 0;
        isRed[grandparent] = 1;
        node = grandparent;
        continue;
      }
      const inner = isLeft ? right[parent[node]] : left[parent[node]];
      if (node === inner) {
        node = parent[node];
        this.rotate(node, isLeft);
      }
      isRed[parent[node]] = 0;
      isRed[grandparent] = 1;
      this.rotate(grandparent, !isLeft);
    }
    isRed[this.root] = 0;
  }

  private rebalanceAfterErase(moved: number): void {
    const { left, right, parent, isRed } = this;
    let node = moved;
    while (node !== this.root && !isRed[node]) {
      const above = parent[node];
      const isLeft = node === left[above];
      let sibling = isLeft ? right[above] : left[above];
      if (isRed[sibling]) {
        isRed[sibling] = 0;
        isRed[above] = 1;
        this.rotate(above, isLeft);
        sibling = isLeft ? right[above] : left[above];
      }
      const near = isLeft ? left[sibling] : right[sibling];
      let far = isLeft ? right[sibling] : left[sibling];
      if (!isRed[near] && !isRed[far]) {
        isRed[sibling] = 1;
        node = above;
        continue;
      }
      if (!isRed[far]) {
        isRed[near] = 0;
        isRed[sibling] = 1;
        this.rotate(sibling, !isLeft);
        far = sibling;
        sibling = near;
      }
      isRed[sibling] = isRed[above];
      isRed[above] = 0;
      isRed[far] = 0;
      this.rotate(above, isLeft);
      node = this.root;
    }
    isRed[node] = 0;
  }

  /** Puts a subtree into the place of another. */
  private replace(node: number, by: number): void {
    const above = this.parent[node];
    if (above === NIL) this.root = by;
    else if (this.left[above] === node) this.left[above] = by;
    else this.right[above] = by;
    this.parent[by] = above;
  }

  /** Rotates to the left (the right child rises) or to the right. */
  private rotate(node: number, toLeft: boolean): void {
    const near = toLeft ? this.left : this.right;
    const far = toLeft ? this.right : this.left;
    const risen = far[node];
    const between = near[risen];
    far[node] = between;
    if (between !== NIL) this.parent[between] = node;
    this.replace(node, risen);
    near[risen] = node;
    this.parent[node] = risen;
  }
}
