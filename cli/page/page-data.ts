/**
 * From profiles to the data of a page: the tree of callers by names, and the samples one by one, so that the page can count
 * any part of them.
 */

import {
  countsNanoseconds,
  NOT_UNWOUND,
  type CollectedProfile,
  type Profile,
  type SampleTimes,
  type Session,
  TextTable,
  UsageError,
} from '../../profile';
import { EMPTY_STACK, PairTable, StackTable, StopReason, stopReasonTexts } from '../../unwinder';
import { SHRINK } from '../too-large';
import { printable } from '../text/printable';
import { labelsOf, type LabelOptions } from './frame-labels';
import { LabelTable } from './label-table';
import { NO_LINE, NO_STOP, type PageColumns, type PageHeader, type PeriodUnit } from './page-format';
import { SampleColumns } from './sample-columns';

/** A page of more nodes takes a browser seconds to open. */
const MOST_NODES = 4_000_000;

export interface PageInput {
  readonly name: string;
  /** Which side it is on: 0, or 1 for after. */
  readonly side: 0 | 1;
  readonly session: Session;
  readonly collected: CollectedProfile;
  /** The event that is shown first, by its index in the recording; undefined for the one with most samples. */
  readonly firstEvent: number | undefined;
  /** What stacks begin with, by row of the sample table: the recording where there are several, the thread; or nothing. */
  readonly rootsOf: (profile: Profile, row: number) => readonly string[];
}

export interface PageData {
  readonly header: Omit<PageHeader, 'view' | 'unit' | 'packed'>;
  readonly columns: PageColumns;
}

/**
 * @param inputs recordings that are shown together; with some of side 1 their difference from those of side 0
 * @throws UsageError where it is too much for a page
 */
export function makePageData(inputs: readonly PageInput[], naming: LabelOptions): PageData {
  const isDifference = inputs.some(({ side }) => side === 1);
  const builder = new PageBuilder(isDifference, inputs.length > (isDifference ? 2 : 1), naming);
  const functions = inputs.map((input) => builder.nameFrames(input));
  builder.matchLabels();
  inputs.forEach((input, i) => builder.addSamples(input, functions[i]));
  return builder.finish(inputs);
}

/** The functions of a frame, outermost first. */
interface FrameFunctions {
  readonly labels: readonly number[];
  readonly lines: readonly number[];
}

/** What decides with which nodes a stack begins. */
interface RootKey {
  readonly names: readonly string[];
  readonly stop: number;
  readonly isEmpty: boolean;
  readonly side: number;
}

/** With which nodes stacks begin. */
interface StackRoot {
  readonly node: number;
  readonly index: number;
}

/** By root and stack, the node that the stack ends in. */
class StackNodes {
  private readonly pairs = new PairTable();
  private nodes = new Int32Array(64);

  /** The place of a stack, and whether it was not there. */
  place({ index }: StackRoot, stack: number): { readonly place: number; readonly isNew: boolean } {
    const { count } = this.pairs;
    const place = this.pairs.intern(index, stack);
    return { place, isNew: place === count };
  }

  node(place: number): number {
    return this.nodes[place];
  }

  setNode(place: number, node: number): void {
    if (place >= this.nodes.length) {
      const nodes = new Int32Array(Math.max(place + 1, this.nodes.length * 2));
      nodes.set(this.nodes);
      this.nodes = nodes;
    }
    this.nodes[place] = node;
  }
}

class PageBuilder {
  private readonly strings = new TextTable();
  private readonly labels: LabelTable;
  /** By label, the one that stands for it. */
  private sameLabel: Int32Array = new Int32Array(0);
  /** (parent, label), parents before children. */
  private readonly nodes = new StackTable();
  private readonly nodeLine: number[] = [];
  private readonly threadName: number[] = [];
  private readonly threadRecording: number[] = [];
  private readonly events: string[] = [];
  private readonly periodUnits: PeriodUnit[] = [];
  private readonly samples = new SampleColumns();

  constructor(
    private readonly isDifference: boolean,
    /** Whether a side has several recordings. */
    private readonly isOneOfSeveral: boolean,
    private readonly naming: LabelOptions,
  ) {
    this.labels = new LabelTable(isDifference);
  }

  /** Names every frame of the stacks of a recording; by frame. */
  nameFrames({ session, collected, side }: PageInput): FrameFunctions[] {
    const { stacks } = collected.profile;
    const functions: FrameFunctions[] = [];
    // Frames of the same functions share theirs: mostly those that have no names.
    const known = new Map<string, FrameFunctions>();
    for (let stack = 0; stack < stacks.count; stack++) {
      const frame = stacks.frame[stack];
      if (functions[frame] !== undefined) continue;
      const named = this.nameFrame(session, frame, side);
      const key = `${named.labels.join()} ${named.lines.join()}`;
      const same = known.get(key);
      if (same === undefined) known.set(key, named);
      functions[frame] = same ?? named;
    }
    return functions;
  }

  private nameFrame(session: Session, frame: number, side: number): FrameFunctions {
    const labels = labelsOf(session, frame, this.naming);
    return {
      labels: labels.map((label) => this.labels.intern(label, side)),
      lines: labels.map(({ line }) => (line === '' ? NO_LINE : this.strings.intern(line))),
    };
  }

  /** Decides, when all frames are named, which functions of two recordings are the same. */
  matchLabels(): void {
    if (this.isDifference) this.sameLabel = this.labels.matchRenamed();
  }

  addSamples(
    { session, collected, rootsOf, side, name }: PageInput,
    functions: readonly FrameFunctions[],
  ): void {
    const { profile, times } = collected;
    if (!times) throw new Error('the profile was collected without times');
    const { samples, stacks } = profile;
    const events = this.eventNumbers(session);
    const threads = this.addThreads(profile, side, this.isOneOfSeveral ? ` ${printable(name)}` : '');
    const roots = new Map<string, StackRoot>();
    const stackNodes = new StackNodes();
    const firstNs = firstTime(times);
    for (let i = 0; i < times.count; i++) {
      const row = times.row[i];
      const stop = times.stop[i];
      const stack = samples.stack[row];
      const root = this.rootFor(roots, {
        names: rootsOf(profile, row),
        stop,
        isEmpty: stack === EMPTY_STACK,
        side,
      });
      const timeNs = times.timeNs[i];
      this.samples.add({
        node: this.nodeOf(stacks, functions, stackNodes, { root, stack }),
        thread: threads[samples.thread[row]],
        event: events[samples.event[row]],
        stop: stop === NOT_UNWOUND ? NO_STOP : stop,
        timeNs: Number.isNaN(timeNs) ? 0 : timeNs - firstNs,
        period: times.period[i],
      });
      if (this.nodes.count > MOST_NODES) {
        throw new UsageError(
          `the stacks make more than ${MOST_NODES.toLocaleString('en-US')} call nodes, too many for a page: ${SHRINK}`,
        );
      }
    }
  }

  finish(inputs: readonly PageInput[]): PageData {
    const { labels, strings, nodes } = this;
    const nameOf = (text: string): number => strings.intern(text);
    const columns: PageColumns = {
      labelName: Int32Array.from(labels.labels, ({ name }) => nameOf(name)),
      labelBinary: Int32Array.from(labels.labels, ({ binary }) => nameOf(binary)),
      labelKind: labels.kinds,
      nodeParent: nodes.parent.slice(0, nodes.count),
      nodeLabel: nodes.frame.slice(0, nodes.count),
      nodeLine: Int32Array.from(this.nodeLine),
      threadName: Int32Array.from(this.threadName),
      threadRecording: Uint8Array.from(this.threadRecording),
      ...this.samples.columns,
    };
    const sides = this.isDifference ? [0, 1] : [0];
    const header = {
      recordings: sides.map((side) => {
        const ofSide = inputs.filter((input) => input.side === side);
        return {
          name: ofSide.length === 1 ? printable(ofSide[0].name) : `${ofSide.length} recordings`,
          hasTimes: ofSide.some(({ collected }) => hasTimes(collected.times)),
        };
      }),
      events: this.events,
      periodUnits: this.periodUnits,
      firstEvent: this.firstEvent(inputs),
      stops: stopReasonTexts,
      strings: strings.texts,
    };
    return { header, columns };
  }

  private firstEvent(inputs: readonly PageInput[]): number {
    const [{ session, firstEvent }] = inputs;
    if (firstEvent !== undefined) return this.eventNumbers(session)[firstEvent];
    const counts = this.events.map(() => 0);
    for (const event of this.samples.events()) counts[event]++;
    return counts.indexOf(Math.max(...counts));
  }

  /**
   * By event of a recording, its number in the page. Events of two recordings are the same where their names are; of several
   * of one name in a recording, the first and the first, and so on.
   */
  private eventNumbers({ recording, options }: Session): number[] {
    const met = new Map<string, number>();
    return recording.events.map((event) => {
      const name = printable(event.name ?? 'unknown');
      const before = met.get(name) ?? 0;
      met.set(name, before + 1);
      const title = before === 0 ? name : `${name} (${before + 1})`;
      const known = this.events.indexOf(title);
      if (known >= 0) return known;
      this.periodUnits.push(options.offCpu || countsNanoseconds(event) ? 'nanoseconds' : 'count');
      return this.events.push(title) - 1;
    });
  }

  /** By thread state, the number of the thread in the page. @param place what ends their names */
  private addThreads({ threads }: Profile, side: number, place: string): number[] {
    return threads.threads.map((thread, state) => {
      const name = printable(threads.comms[state]);
      this.threadName.push(this.strings.intern(`${name} ${thread.pid}/${thread.tid}${place}`));
      this.threadRecording.push(side);
      return this.threadName.length - 1;
    });
  }

  private rootFor(roots: Map<string, StackRoot>, { names, stop, isEmpty, side }: RootKey): StackRoot {
    const isCut = !isEmpty && stop !== NOT_UNWOUND && !endsWhole(stop);
    const key = `${isCut ? stop : ''}\0${isEmpty}\0${names.join('\0')}`;
    let root = roots.get(key);
    if (root) return root;
    let node = EMPTY_STACK;
    const add = (name: string, kind: 'thread' | 'cut'): void => {
      node = this.child(node, this.labels.intern({ name, binary: '', kind }, side), NO_LINE);
    };
    for (const name of names) add(name, 'thread');
    if (isCut) add(`[callers missing: ${stopReasonTexts[stop]}]`, 'cut');
    else if (isEmpty && names.length === 0) add('[no stack]', 'cut');
    root = { node, index: roots.size };
    roots.set(key, root);
    return root;
  }

  private nodeOf(
    stacks: StackTable,
    functions: readonly FrameFunctions[],
    nodes: StackNodes,
    { root, stack }: { readonly root: StackRoot; readonly stack: number },
  ): number {
    const missing: { readonly stack: number; readonly place: number }[] = [];
    let { node } = root;
    for (let at = stack; at !== EMPTY_STACK; at = stacks.parent[at]) {
      const { place, isNew } = nodes.place(root, at);
      if (!isNew) {
        node = nodes.node(place);
        break;
      }
      missing.push({ stack: at, place });
    }
    for (const next of missing.reverse()) {
      const { labels, lines } = functions[stacks.frame[next.stack]];
      for (let i = 0; i < labels.length; i++) node = this.child(node, labels[i], lines[i]);
      nodes.setNode(next.place, node);
    }
    return node;
  }

  private child(parent: number, label: number, line: number): number {
    const node = this.nodes.intern(parent, this.sameLabel[label] ?? label);
    if (node === this.nodeLine.length) this.nodeLine.push(line);
    return node;
  }
}

/** Whether a stack that stops so has its outermost frame; threads of the kernel have no user stack to end. */
function endsWhole(stop: number): boolean {
  return stop === Number(StopReason.Outermost) || stop === Number(StopReason.NoRegisters);
}

function hasTimes(times: SampleTimes | undefined): boolean {
  return times !== undefined && times.count > 0 && !Number.isNaN(times.timeNs[0]);
}

function firstTime({ timeNs, count }: SampleTimes): number {
  let first = Infinity;
  for (let i = 0; i < count; i++) if (timeNs[i] < first) first = timeNs[i];
  return first;
}
