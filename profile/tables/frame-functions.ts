/** The functions of a frame, as pages and the formats of other programs show them. */

import type { Module } from '../../unwinder';
import type { Session } from '../session/session';

/** What a function's code belongs to. */
export type CodeKind = 'user' | 'kernel' | 'generated';

export interface FrameFunction {
  /** "[libc.so.6]" where no symbol covers the address, "[unknown]" where it is in no mapping. */
  readonly name: string;
  readonly isNamed: boolean;
  readonly isInlined: boolean;
  /** Source file; empty where it is not known or was not asked for. */
  readonly file: string;
  /** 0 where it is not known. */
  readonly line: number;
}

export interface FrameFunctions {
  /** Undefined where the address is in no mapping. */
  readonly module: Module | undefined;
  readonly kind: CodeKind;
  /** The innermost inlined function first, last the one whose code it is. */
  readonly functions: readonly FrameFunction[];
}

/** What tables of lines say where they do not know. */
const NO_FILE = '??';

/** Names a frame. @param looksUpLines whether source lines are wanted, which costs time */
export function functionsOfFrame(session: Session, frame: number, looksUpLines: boolean): FrameFunctions {
  const { names } = session;
  const module = session.mappings.mappings[session.frames.mapping[frame]]?.module;
  const functions = names.expandOnce(frame).map((name): FrameFunction => {
    const position = looksUpLines ? (name.position ?? names.positionOf(frame)) : undefined;
    const isLineKnown = position !== undefined && position.file !== NO_FILE;
    // A negative offset marks a symbol of a word that is not an address: it names no function.
    const symbol = name.symbolOffset < 0 ? undefined : name.symbol;
    return {
      name: symbol ?? `[${module === undefined ? 'unknown' : baseName(module.path)}]`,
      isNamed: symbol !== undefined,
      isInlined: name.isInlined === true,
      file: isLineKnown ? position.file : '',
      line: isLineKnown ? position.line : 0,
    };
  });
  return { module, kind: kindOf(session, module), functions };
}

function kindOf(session: Session, module: Module | undefined): CodeKind {
  if (module?.isKernel) return 'kernel';
  return module && session.binaries.generated.owns(module) ? 'generated' : 'user';
}

/** "libc.so.6" of "/usr/lib/libc.so.6". */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
