/** A frame as `perf script` prints it: address, symbol, binary. */

import { formatAddress } from '../../parser';
import type { FrameName } from '../../profile';
import { shown } from '../text/printable';
import type { ScriptField } from './script-fields';

export function formatEntry(address: string, name: FrameName, fields: ReadonlySet<ScriptField>): string {
  let text = address.padStart(16);
  if (fields.has('sym')) text += ` ${formatSymbol(name, fields.has('symoff'))}`;
  if (fields.has('dso') && !name.isInlined) text += formatBinary(name, fields.has('dsoff'));
  return text;
}

export function formatSymbol(name: FrameName, withOffset: boolean): string {
  if (name.symbol === undefined) return '[unknown]';
  if (name.symbolOffset < 0) return name.symbol;
  return withOffset ? `${shown(name.symbol)}+0x${name.symbolOffset.toString(16)}` : shown(name.symbol);
}

export function formatBinary(name: FrameName, withOffset: boolean): string {
  const place = withOffset ? (name.fileOffset ?? name.kernelPlace) : undefined;
  const offset = place === undefined ? '' : `+0x${formatAddress(place)}`;
  return ` (${shown(name.binary)}${offset})`;
}
