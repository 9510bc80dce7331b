/** What boxes and rows are called: the functions of a frame, with what their code belongs to. */

import type { FrameName, Session } from '../../profile';
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
  return session.names
    .expand(frame)
    .map((name) => labelOf(session, frame, name))
    .map((label) =>
      showsLines && label.line !== '' ? { ...label, name: `${label.name} ${label.line}` } : label,
    )
    .reverse();
}

function labelOf(session: Session, frame: number, name: FrameName): FrameLabel {
  const module = session.mappings.mappings[session.frames.mapping[frame]]?.module;
  const binary = module === undefined ? '' : printable(baseName(module.path));
  if (name.symbol === undefined || name.symbolOffset < 0) {
    return { name: `[${binary === '' ? 'unknown' : binary}]`, binary, kind: 'unknown', line: '' };
  }
  let kind: LabelKind = 'user';
  if (name.isInlined) kind = 'inlined';
  else if (module?.isKernel) kind = 'kernel';
  else if (module && session.binaries.generated.owns(module)) kind = 'generated';
  const position = name.position ?? session.names.positionOf(frame);
  const line = position && position.file !== '??' ? `${baseName(position.file)}:${position.line}` : '';
  return { name: printable(name.symbol), binary, kind, line: printable(line) };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
