/**
 * The answers of earlier runs, by binary. A binary is taken part in if it has a build id, its files are on a disk, and reading it is
 * more work than reading its answers.
 *
 * Answers hold for the very files that they are from, however these came by their build id: a stripped binary has that of the whole
 * one. So their key is what tells the contents of the files apart, and all that decides how names are made.
 */

import { elf, formatHex, type BinaryFileSystem, type ElfImage } from '../../parser';
import type { KnownRules, Module } from '../../unwinder';
import type { NameBehaviours } from '../names/name-behaviours';
import { Answers } from './answers';
import { encodeAnswers } from './encode-answers';
import { StoredAnswers } from './stored-answers';

/** Where answers lie between runs. Neither of its functions throws. */
export interface AnswerStore {
  /** What is to be read of a binary at least, symbol tables and debug information, for its answers to be kept. */
  readonly leastBytes: number;
  /** Tells programs apart that may answer differently. */
  readonly program: string;
  /** The bytes that were written under a name; undefined where there are none, or not the same any more. */
  read(name: string): Uint8Array | undefined;
  /** Writes files, by name. */
  write(files: ReadonlyMap<string, Uint8Array>): void;
}

export class KnownAnswers {
  private readonly ofModules = new Map<Module, Answers | undefined>();
  /** By name in the store: modules may share their files. */
  private readonly byName = new Map<string, Answers>();
  /** Those of which a part could not be used. */
  private readonly refused = new Set<Module>();
  private readonly choices: string;
  /** Packed unwind rules among the answers. */
  readonly rules: KnownRules = { ofModule: (module, madeBy) => this.of(module)?.rulesOf(madeBy) };

  constructor(
    private readonly store: AnswerStore,
    private readonly files: BinaryFileSystem,
    behaviours: NameBehaviours,
  ) {
    this.choices = JSON.stringify(Object.entries(behaviours).sort());
  }

  /** The answers of a module; undefined where none are kept. */
  of(module: Module): Answers | undefined {
    if (!this.ofModules.has(module)) this.ofModules.set(module, this.open(module));
    return this.ofModules.get(module);
  }

  /** Says that a part of a module's files could not be used: nothing that this run found out of it is kept. */
  refuse(module: Module): void {
    this.refused.add(module);
  }

  /** Stores what was found out. To be called when everything is named. */
  save(): void {
    for (const [module, answers] of this.ofModules) {
      const { image, debugImage } = module.images;
      const isDamaged = [image, debugImage].some((each) => each !== undefined && each.problems.size > 0);
      if (isDamaged || this.refused.has(module)) answers?.refuse();
    }
    const files = new Map<string, Uint8Array>();
    for (const [name, answers] of this.byName) {
      const known = answers.toStore();
      const bytes = known && encodeAnswers(known);
      if (bytes) files.set(name, bytes);
    }
    if (files.size > 0) this.store.write(files);
  }

  private open(module: Module): Answers | undefined {
    const { image, debugImage } = module.images;
    if (!image?.buildId || workOf(image) + workOf(debugImage) < this.store.leastBytes) return undefined;
    const files = [image, ...(debugImage ? [debugImage] : [])].map(identify);
    if (files.includes(undefined)) return undefined;
    const key = JSON.stringify([this.store.program, this.choices, ...files]);
    const name = `${formatHex(image.buildId.subarray(0, 20))}-${hashOf(key)}`;
    let answers = this.byName.get(name);
    if (!answers) {
      answers = new Answers(key, this.read(name, key));
      this.byName.set(name, answers);
    }
    return answers;
  }

  private read(name: string, key: string): StoredAnswers | undefined {
    const bytes = this.store.read(name);
    const stored = bytes && StoredAnswers.decode(bytes);
    return stored?.key === key && this.hasSources(stored) ? stored : undefined;
  }

  /** Whether the further files that answers are from are still what they were. */
  private hasSources({ sources }: StoredAnswers): boolean {
    for (const [path, identity] of sources) {
      const file = this.files.open(path);
      if (typeof file === 'string') return false;
      file.close();
      if (file.identity !== identity) return false;
    }
    return true;
  }
}

/** Bytes of tables that are read to answer. */
function workOf(image: ElfImage | undefined): number {
  let bytes = 0;
  for (const { type, name, sizeBytes } of image?.sections ?? []) {
    const isTable = type === elf.SHT_SYMTAB || type === elf.SHT_DYNSYM;
    if (isTable || (name === '.debug_info' && type !== elf.SHT_NOBITS)) bytes += sizeBytes;
  }
  return bytes;
}

function identify({ name, contentIdentity, buildId }: ElfImage): readonly string[] | undefined {
  return contentIdentity === undefined
    ? undefined
    : [name, contentIdentity, buildId ? formatHex(buildId) : ''];
}

/** 32 bits of a text (FNV-1a), for a name: the key itself is compared. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
