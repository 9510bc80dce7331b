/**
 * A red-black tree that is only inserted into and walked, balanced step by step as the kernel's rbtree is (both are
 * the textbook's). perf orders its tables by inserting into such trees, by comparisons that are not always
 * consistent among three entries; then the order depends on the shape that the tree had, and must be had likewise.
 */

class TreeNode<T> {
  left: TreeNode<T> | undefined;
  right: TreeNode<T> | undefined;
  isRed = true;

  constructor(
    readonly item: T,
    public parent: TreeNode<T> | undefined,
  ) {}
}

export class InsertionTree<T> {
  private root: TreeNode<T> | undefined;

  /** @param isBefore whether a new item belongs before one that is in the tree; it comes after what it equals */
  constructor(private readonly isBefore: (added: T, present: T) => boolean) {}

  insert(item: T): void {
    let parent: TreeNode<T> | undefined;
    let goesLeft = false;
    for (let at = this.root; at !== undefined; at = goesLeft ? at.left : at.right) {
      parent = at;
      goesLeft = this.isBefore(item, at.item);
    }
    this.link(item, parent, goesLeft);
  }

  /**
   * The item that a search comes to; a new one, put where the search ended, if it comes to none.
   * @param compare what is sought with an item of the tree: 0 ends the search, negative goes left
   */
  findOrInsert(compare: (present: T) => number, make: () => T): T {
    let parent: TreeNode<T> | undefined;
    let goesLeft = false;
    for (let at = this.root; at !== undefined; at = goesLeft ? at.left : at.right) {
      const difference = compare(at.item);
      if (difference === 0) return at.item;
      parent = at;
      goesLeft = difference < 0;
    }
    const item = make();
    this.link(item, parent, goesLeft);
    return item;
  }

  /** All items in order. */
  items(): T[] {
    const items: T[] = [];
    const pending: TreeNode<T>[] = [];
    let at = this.root;
    for (;;) {
      for (; at !== undefined; at = at.left) pending.push(at);
      const node = pending.pop();
      if (node === undefined) return items;
      items.push(node.item);
      at = node.right;
    }
  }

  private link(item: T, parent: TreeNode<T> | undefined, goesLeft: boolean): void {
    const node = new TreeNode(item, parent);
    if (parent === undefined) this.root = node;
    else if (goesLeft) parent.left = node;
    else parent.right = node;
    this.rebalance(node);
  }

  private rebalance(added: TreeNode<T>): void {
    let node = added;
    for (;;) {
      const { parent } = node;
      if (parent === undefined) {
        node.isRed = false;
        return;
      }
      if (!parent.isRed) return;
      // A red parent is not the root.
      const grandparent = parent.parent!;
      const parentIsLeft = grandparent.left === parent;
      const uncle = parentIsLeft ? grandparent.right : grandparent.left;
      if (uncle?.isRed) {
        uncle.isRed = false;
        parent.isRed = false;
        grandparent.isRed = true;
        node = grandparent;
        continue;
      }
      const nodeIsInner = (parentIsLeft ? parent.right : parent.left) === node;
      if (nodeIsInner) this.rotate(parent, parentIsLeft);
      const top = nodeIsInner ? node : parent;
      this.rotate(grandparent, !parentIsLeft);
      top.isRed = false;
      grandparent.isRed = true;
      return;
    }
  }

  /** Puts a child in the node's place, the node below it: leftwards its right child. */
  private rotate(node: TreeNode<T>, leftwards: boolean): void {
    const child = (leftwards ? node.right : node.left)!;
    const inner = leftwards ? child.left : child.right;
    if (leftwards) {
      node.right = inner;
      child.left = node;
    } else {
      node.left = inner;
      child.right = node;
    }
    if (inner !== undefined) inner.parent = node;
    const { parent } = node;
    child.parent = parent;
    node.parent = child;
    if (parent === undefined) this.root = child;
    else if (parent.left === node) parent.left = child;
    else parent.right = child;
  }
}
