/**
 * What was found out about addresses of one binary: facts that depend on its files and on how names are made, and on nothing else of
 * a recording. Those that an earlier run found are looked up in what that run stored (stored-answers.ts).
 */

import type { ModuleRules, RuleWords } from '../../unwinder';
import type { AnswerSet, ChainFrame, SourcePosition, SymbolAnswer } from './answer-set';
import type { StoredAnswers } from './stored-answers';

/** What is kept of one kind for one binary: a recording may have a million addresses. */
const MOST_ANSWERS = 65_536;

/** Answers of one kind, those of an earlier run included. */
class AnswersOfKind<T> {
  readonly known = new Map<number, T>();

  constructor(private readonly findStored: ((address: number) => T | undefined) | undefined) {}

  find(address: number): T | undefined {
    const known = this.known.get(address);
    if (known !== undefined || !this.findStored) return known;
    const stored = this.findStored(address);
    if (stored !== undefined) this.keep(address, stored);
    return stored;
  }

  /** @returns whether there was room */
  keep(address: number, answer: T): boolean {
    if (this.known.size >= MOST_ANSWERS) return false;
    this.known.set(address, answer);
    return true;
  }
}

/** The answer about a source line, which may be that there is none. */
interface LineAnswer {
  readonly position: SourcePosition | undefined;
}

export class Answers {
  readonly sources: Map<string, string>;
  private readonly symbols: AnswersOfKind<SymbolAnswer>;
  private readonly chains: AnswersOfKind<readonly ChainFrame[]>;
  private readonly lines: AnswersOfKind<LineAnswer>;
  private rulesMadeBy: string;
  private rules: AnswersOfKind<RuleWords>;
  private askedRules: ModuleRules | undefined;
  private hasNews = false;
  private isSound = true;

  constructor(
    private readonly key: string,
    private readonly stored: StoredAnswers | undefined,
  ) {
    this.sources = new Map(stored?.sources);
    this.symbols = new AnswersOfKind(stored && ((fileOffset) => stored.symbolAt(fileOffset)));
    this.chains = new AnswersOfKind(stored && ((svma) => stored.chainAt(svma)));
    this.rulesMadeBy = stored?.rulesMadeBy ?? '';
    this.rules = new AnswersOfKind(stored && ((fileOffset) => stored.ruleAt(fileOffset)));
    this.lines = new AnswersOfKind(
      stored && ((svma) => (stored.hasLine(svma) ? { position: stored.lineAt(svma) } : undefined)),
    );
  }

  symbolAt(fileOffset: number): SymbolAnswer | undefined {
    return this.symbols.find(fileOffset);
  }

  addSymbol(fileOffset: number, answer: SymbolAnswer): void {
    this.hasNews = this.symbols.keep(fileOffset, answer) || this.hasNews;
  }

  chainAt(svma: number): readonly ChainFrame[] | undefined {
    return this.chains.find(svma);
  }

  addChain(svma: number, chain: readonly ChainFrame[]): void {
    this.hasNews = this.chains.keep(svma, chain) || this.hasNews;
  }

  lineAt(svma: number): LineAnswer | undefined {
    return this.lines.find(svma);
  }

  addLine(svma: number, position: SourcePosition | undefined): void {
    this.hasNews = this.lines.keep(svma, { position }) || this.hasNews;
  }

  /**
   * The rules that were made in one way. Those of another that are stored are given up; undefined where this run asked for another
   * before: only those of one way are kept.
   * @param madeBy the way, as the unwinder says it; not empty
   */
  rulesOf(madeBy: string): ModuleRules | undefined {
    if (this.askedRules) return madeBy === this.rulesMadeBy ? this.askedRules : undefined;
    if (madeBy !== this.rulesMadeBy) {
      this.rulesMadeBy = madeBy;
      this.rules = new AnswersOfKind(undefined);
    }
    const { rules } = this;
    this.askedRules = {
      find: (fileOffset) => rules.find(fileOffset),
      add: (fileOffset, rule) => {
        this.hasNews = rules.keep(fileOffset, rule) || this.hasNews;
      },
    };
    return this.askedRules;
  }

  /** Notes that a position of a {@link ChainFrame} was found. */
  notePosition(): void {
    this.hasNews = true;
  }

  /** Notes a further file that answers are from. @param identity what tells its content from any other */
  addSource(path: string, identity: string | undefined): void {
    if (identity === undefined) this.refuse();
    else this.sources.set(path, identity);
  }

  /** Says that part of the binary's files could not be used: who asks again is to be told again. */
  refuse(): void {
    this.isSound = false;
  }

  /** Everything that is known, if any of it is not stored yet and all of it may be. */
  toStore(): AnswerSet | undefined {
    if (!this.hasNews || !this.isSound) return undefined;
    const { stored } = this;
    for (const fileOffset of stored?.symbolOffsets ?? []) this.symbols.find(fileOffset);
    for (const svma of stored?.chainSvmas ?? []) this.chains.find(svma);
    for (const svma of stored?.lineSvmas ?? []) this.lines.find(svma);
    const lines = new Map([...this.lines.known].map(([svma, { position }]) => [svma, position]));
    const { key, sources } = this;
    const { rules, rulesMadeBy } = this;
    if (stored && stored.rulesMadeBy === rulesMadeBy)
      for (const fileOffset of stored.ruleOffsets) rules.find(fileOffset);
    return {
      key,
      sources,
      symbols: this.symbols.known,
      chains: this.chains.known,
      lines,
      rulesMadeBy,
      rules: rules.known,
    };
  }
}
