/** What boxes and rows are called: the functions of a frame, with what their code belongs to. */

import { functionsOfFrame, type CodeKind, type Session } from '../../profile';
import { printable } from '../text/printable';
import type { LabelKind } from './page-format';

export interface FrameLabel {
  readonly name: string;
  /** Base name of its binary; empty where it is not known. */
  readonly binary: string;
  readonly kind: LabelKind;
  /** "file.c:12"; empty where it is not known. */
  readonly line: string;
}

export interface LabelOptions {
  /** Whether functions are told apart by the source line that runs: it belongs to their name then. */
  readonly showsLines: boolean;
}

/** The functions of a frame, from the outermost inlined-into one to the innermost inlined one. */
export function labelsOf(session: Session, frame: number, { showsLines }: LabelOptions): FrameLabel[] {
  const { module, kind, functions } = functionsOfFrame(session, frame, true);
  const binary = module === undefined ? '' : printable(baseName(module.path));
  return functions
    .map((described): FrameLabel => {
      const { isNamed, isInlined, file } = described;
      const line = file === '' ? '' : printable(`${baseName(file)}:${described.line}`);
      const name = printable(described.name);
      return {
        name: showsLines && line !== '' ? `${name} ${line}` : name,
        binary,
        kind: labelKindOf(kind, isNamed, isInlined),
        line,
      };
    })
    .reverse();
}

function labelKindOf(kind: CodeKind, isNamed: boolean, isInlined: boolean): LabelKind {
  if (!isNamed) return 'unknown';
  return isInlined ? 'inlined' : kind;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
