/** What can be named in more than one way. */
export interface NameBehaviours {
  /** A C function whose name reads as the code of a type goes by that type: `f` is `float`. */
  readonly namesTypeCodes: boolean;
  /** Code at the file offset that a variable without contents seems to have goes by the variable's name. */
  readonly namesCodeByVariables: boolean;
  /** Inlined functions are looked for only where a source line is known. */
  readonly inlinesOnlyInLines: boolean;
  /** Lines of programs at fixed addresses are those that libdw finds: of ends of sequences, and not of all calls. */
  readonly readsLinesOfFixedPrograms: boolean;
  /** jitdump files name the code in them. */
  readonly readsDumps: boolean;
}
