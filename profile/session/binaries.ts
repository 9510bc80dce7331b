/** The binaries of a recording: where their files are, what their addresses are called, and where names are missing. */

import { ParseError, type Recording } from '../../parser';
import {
  BinaryLocator,
  DebugFileChecksums,
  debugFileResolver,
  demangle,
  explainMissingSymbols,
  GeneratedCode,
  perfForm,
  type Demangle,
  type LocatedBinary,
  type ProcessRoot,
} from '../../symbolizer';
import {
  MappingTable,
  type FrameTable,
  type KnownRules,
  type Module,
  type ModuleImages,
  type ProcessRoots,
} from '../../unwinder';
import type { Diagnostics } from './diagnostics';
import { KnownAnswers } from '../answers/known-answers';
import { notingSources } from '../answers/noted-sources';
import type { Answers } from '../answers/answers';
import { FrameNames } from '../names/frame-names';
import { GeneratedNames } from '../names/generated-names';
import { InlineNames } from '../names/inline-names';
import { MissingNames } from '../names/missing-names';
import type { Host, SessionOptions } from './session-options';
import type { RecordedKernel } from './state/recorded-kernel';

/** What binaries are found and named by. */
export interface BinariesParts {
  readonly recording: Recording;
  readonly host: Host;
  readonly diagnostics: Diagnostics;
  readonly frames: FrameTable;
  readonly kernel: RecordedKernel;
  readonly roots: ProcessRoots<ProcessRoot>;
}

export class Binaries {
  readonly mappings: MappingTable;
  readonly names: FrameNames;
  readonly generated: GeneratedNames;
  readonly missingNames: MissingNames;
  private readonly diagnostics: Diagnostics;
  /** By the folder of the root that modules lie in. */
  private readonly locators = new Map<string | undefined, BinaryLocator>();
  private readonly makeLocator: (root: string | undefined) => BinaryLocator;
  private readonly debugNames: InlineNames;
  private readonly answers: KnownAnswers | undefined;

  constructor(
    { recording, host, diagnostics, frames, kernel, roots }: BinariesParts,
    options: SessionOptions,
  ) {
    this.diagnostics = diagnostics;
    const { files } = host;
    const { places, inlines, behaviours } = options;
    const placesIn = (root: string | undefined) => (root === undefined ? places : { ...places, symfs: root });
    const runningContainer = (pid: number) =>
      host.runningContainer && places.symfs === undefined && host.isRecordedHere(recording, kernel.buildId)
        ? host.runningContainer(pid, recording)
        : undefined;
    const checksums = new DebugFileChecksums();
    this.makeLocator = (root) =>
      new BinaryLocator(
        files,
        placesIn(root),
        () => host.isRecordedHere(recording, kernel.buildId),
        checksums,
      );
    this.mappings = new MappingTable((module) => this.locateImages(module));
    const code = new GeneratedCode(
      files,
      places,
      (path, problem) =>
        diagnostics.add(
          'generated',
          'lists of generated code could not be used, or not whole; copy them anew from the recorded machine and make them readable',
          `${path}: ${problem}`,
        ),
      (pid) => roots.find(pid) ?? runningContainer(pid),
    );
    this.generated = new GeneratedNames(code, frames, this.mappings, recording.events);
    const onProblem = (module: Module, error: unknown): void => this.reportProblem(module, error);
    const demangler = demanglerOf(behaviours.names.namesTypeCodes);
    const answers = host.answers && new KnownAnswers(host.answers, files, behaviours.names);
    this.answers = answers;
    const answersOf = (module: Module): Answers | undefined => answers?.of(module);
    this.debugNames = new InlineNames({
      demangle: demangler,
      behaviours: behaviours.names,
      resolverOf: (module) => {
        const refuse = (text: string): void => {
          answers?.refuse(module);
          this.reportDebugFile(text);
        };
        const resolver = debugFileResolver(files, placesIn(module.root), this.locate(module), refuse);
        const kept = answersOf(module);
        return kept ? notingSources(resolver, kept) : resolver;
      },
      answersOf,
      onProblem,
    });
    this.names = new FrameNames({
      frames,
      mappings: this.mappings,
      kernelSymbols: () => kernel.symbols(),
      demangle: demangler,
      behaviours: behaviours.names,
      generated: this.generated,
      debugNames: this.debugNames,
      answersOf,
      showsInlines: inlines,
      onProblem,
    });
    this.missingNames = new MissingNames(frames, this.mappings, this.names, this.generated, (module) =>
      this.locate(module),
    );
  }

  /** The files of a module in user space, and why others were not used. */
  locate(module: Module): LocatedBinary {
    if (this.generated.owns(module)) return this.generated.describe(module);
    let locator = this.locators.get(module.root);
    if (!locator) this.locators.set(module.root, (locator = this.makeLocator(module.root)));
    return locator.locate(module.path, module.buildId);
  }

  /** Unwind rules that earlier runs made of binaries; undefined where nothing is kept. */
  get knownRules(): KnownRules | undefined {
    return this.answers?.rules;
  }

  /** Says that a part of a module's files could not be used: nothing found out of them is kept for later runs. */
  refuseAnswers(module: Module): void {
    this.answers?.refuse(module);
  }

  /** Notes that a part of a module's files is damaged. @throws what is not a ParseError */
  reportProblem(module: Module, error: unknown): void {
    if (!(error instanceof ParseError)) throw error;
    this.answers?.refuse(module);
    this.diagnostics.add(
      'module',
      `parts of binaries are damaged and were not used`,
      `${module.path}: ${error.message}`,
    );
  }

  /** Says, when all is read, which names are missing, and of which binaries. */
  report(): void {
    this.missingNames.report(this.diagnostics);
  }

  /** Says, when all is named, which parts of binaries and of their debug information could not be used. */
  reportDamage(): void {
    for (const module of this.mappings.modules) this.reportImages(module);
    this.debugNames.report(this.diagnostics);
    for (const module of this.mappings.modules) this.reportRefused(module);
  }

  /** Keeps for later runs what was found out of binaries; after all that is said of them. */
  saveAnswers(): void {
    for (const module of this.debugNames.damaged) this.answers?.refuse(module);
    this.answers?.save();
  }

  /** Says what of a module's files was not used, though nobody needed it so much as to fail. */
  private reportImages(module: Module): void {
    const { image, debugImage } = module.openedImages ?? {};
    for (const each of [image, debugImage]) {
      for (const problem of each?.problems ?? []) {
        this.diagnostics.add(
          'damaged-section',
          'parts of binaries are damaged or beyond what is read, and were not used',
          `${each!.name}: ${problem}`,
        );
      }
    }
  }

  /** Debug files that would have said what is inlined; those that would have given names are reported with the names. */
  private reportRefused(module: Module): void {
    if (!this.debugNames.lacks(module) || !module.openedImages?.image) return;
    const located = this.locate(module);
    if (located.debugImage || explainMissingSymbols(located)) return;
    for (const { text } of located.refused) this.reportDebugFile(text);
  }

  private reportDebugFile(text: string): void {
    this.diagnostics.add(
      'debug-file',
      'debug files are damaged or of other builds, and were not used; give the folder with the right ones with --debug-dir',
      text,
    );
  }

  private locateImages(module: Module): ModuleImages {
    if (module.isKernel) return NO_IMAGES;
    const { image, debugImage, kind } = this.locate(module);
    if (image && kind === 'deleted' && module.buildId === undefined) {
      this.diagnostics.addList(
        {
          summary: `${module.path} was deleted or replaced while it ran; the one below --symfs was taken, which may be another`,
          lines: ['it has no recorded build id to tell by'],
          share: 0,
        },
        false,
      );
    }
    return image || debugImage ? { image, debugImage } : NO_IMAGES;
  }
}

/** Shared by all binaries that are not here: a recording may name a million. */
const NO_IMAGES: ModuleImages = { image: undefined, debugImage: undefined };

function demanglerOf(namesTypeCodes: boolean): Demangle {
  const form = { ...perfForm, types: namesTypeCodes };
  return (name) => demangle(name, form) ?? name;
}
