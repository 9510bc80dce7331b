/**
 * ar archives (System V, with GNU's and BSD's long names; ar(5), binutils' documentation of ar):
 *
 *   "!<arch>\n" | header, 60 bytes | contents | a newline where their size is odd | header | …
 *   header: name 16 | date 12 | owner 6 | group 6 | mode 8 | size in decimal 10 | "`\n"
 *
 * Names end in "/". "/" and "/SYM64/" are indices of symbols, "//" holds the long names: "/18" is the one at its byte 18.
 * BSD writes "#1/20", and the name of 20 bytes before the contents. A thin archive ("!<thin>\n") has members' names
 * alone: their contents are files.
 */

import { ParseError, type ByteSource } from '../bytes';

export type ArchiveKind = 'regular' | 'thin';

export interface ArchiveMember {
  readonly name: string;
  /** Where its contents are; of a thin archive's members -1: they are in the file that the name says. */
  readonly fileOffset: number;
  readonly sizeBytes: number;
}

const MAGIC_BYTES = 8;
const HEADER_BYTES = 60;

/** Whether a file begins as an archive does. @throws the source's error when it cannot be read */
export function archiveKindOf(source: ByteSource): ArchiveKind | undefined {
  if (source.sizeBytes < MAGIC_BYTES) return undefined;
  const magic = textOf(source.read(0, MAGIC_BYTES));
  if (magic === '!<arch>\n') return 'regular';
  return magic === '!<thin>\n' ? 'thin' : undefined;
}

/**
 * The members of an archive in its order, without the tables that serve linkers.
 * @throws ParseError when it is none, a header is damaged or its contents are cut off
 */
export function listArchiveMembers(source: ByteSource): ArchiveMember[] {
  const kind = archiveKindOf(source);
  if (kind === undefined) {
    throw new ParseError({ what: 'not an archive', where: source.name, expected: '"!<arch>" or "!<thin>"' });
  }
  const members: ArchiveMember[] = [];
  let longNames = '';
  let at = MAGIC_BYTES;
  while (at < source.sizeBytes) {
    const header = readHeader(source, at);
    const contents = at + HEADER_BYTES;
    const { name, sizeBytes } = header;
    const isTable = name === '/' || name === '/SYM64/' || name === '//' || name.startsWith('__.SYMDEF');
    const isInside = isTable || kind === 'regular';
    if (isInside && contents + sizeBytes > source.sizeBytes) {
      throw damaged(
        source,
        at,
        `${source.sizeBytes - contents} bytes left`,
        `${sizeBytes} bytes of contents`,
      );
    }
    if (name === '//') longNames = textOf(source.read(contents, sizeBytes));
    else if (!isTable) members.push(memberOf(source, { ...header, at, contents, isInside }, longNames));
    at = contents + (isInside ? sizeBytes + (sizeBytes & 1) : 0);
  }
  return members;
}

interface MemberHeader {
  readonly name: string;
  readonly sizeBytes: number;
}

function readHeader(source: ByteSource, at: number): MemberHeader {
  if (at + HEADER_BYTES > source.sizeBytes) {
    throw damaged(source, at, `${source.sizeBytes - at} bytes left`, `${HEADER_BYTES} bytes`);
  }
  const text = textOf(source.read(at, HEADER_BYTES));
  const size = text.slice(48, 58).trim();
  if (text.slice(58) !== '`\n' || !/^\d+$/.test(size)) {
    throw damaged(
      source,
      at,
      JSON.stringify(text.slice(48)),
      'a size in decimal, a back quote and a newline',
    );
  }
  return { name: text.slice(0, 16).trimEnd(), sizeBytes: Number(size) };
}

function memberOf(
  source: ByteSource,
  place: MemberHeader & { readonly at: number; readonly contents: number; readonly isInside: boolean },
  longNames: string,
): ArchiveMember {
  const { name, sizeBytes, contents, isInside } = place;
  const fileOffset = isInside ? contents : -1;
  const [, long] = /^\/(\d+)$/.exec(name) ?? [];
  if (long !== undefined) {
    const [whole] = longNames.slice(Number(long)).split('\n');
    if (whole === '') throw damaged(source, place.at, `name ${name}`, 'a name of the table of long names');
    return { name: whole.replace(/\/$/, ''), fileOffset, sizeBytes };
  }
  const bsdBytes = Number(/^#1\/(\d+)$/.exec(name)?.[1] ?? -1);
  if (bsdBytes >= 0 && isInside && bsdBytes <= sizeBytes) {
    const bsdName = textOf(source.read(contents, bsdBytes)).replace(/\0+$/, '');
    return { name: bsdName, fileOffset: contents + bsdBytes, sizeBytes: sizeBytes - bsdBytes };
  }
  return { name: name.replace(/\/$/, ''), fileOffset, sizeBytes };
}

function damaged(source: ByteSource, at: number, found: string, expected: string): ParseError {
  return new ParseError({
    what: "header of an archive's member",
    where: `${source.name}, offset 0x${at.toString(16)}`,
    found,
    expected,
  });
}

/** A byte is a character. */
function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
