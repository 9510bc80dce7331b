/** Colours of boxes: by what the code belongs to, or by what became more or less. */

import { labelKinds, type LabelKind } from '../page-format';

/** Hue, how far names spread round it, saturation. */
const palettes: Readonly<Record<LabelKind, readonly [hue: number, spread: number, saturation: number]>> = {
  thread: [215, 10, 25],
  user: [22, 28, 88],
  inlined: [165, 25, 50],
  generated: [95, 30, 55],
  kernel: [350, 18, 75],
  unknown: [40, 0, 6],
  cut: [300, 0, 22],
};

export const kindNames: Readonly<Record<LabelKind, string>> = {
  thread: 'thread',
  user: 'program',
  inlined: 'inlined',
  generated: 'generated code',
  kernel: 'kernel',
  unknown: 'no symbol',
  cut: 'callers missing',
};

/** The colour of a kind; names of one kind differ a little. */
export function colorOfKind(kind: number, name: string): string {
  const [hue, spread, saturation] = palettes[labelKinds[kind]];
  const shift = hash(name);
  return `hsl(${(hue + shift * spread).toFixed(0)} ${saturation}% ${(64 + shift * 14).toFixed(0)}%)`;
}

/** The colour of a difference. @param change in shares of the whole @param largest of all that are shown */
export function colorOfChange(change: number, largest: number): string {
  const strength = largest === 0 ? 0 : Math.min(1, Math.abs(change) / largest);
  const [hue, saturation] = change > 0 ? [4, 85] : [215, 75];
  return `hsl(${hue} ${saturation}% ${(88 - strength * 36).toFixed(0)}%)`;
}

/** Of what may be noise. */
export const noiseColor = 'hsl(40 6% 72%)';

function hash(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (value * 31 + text.charCodeAt(i)) % 9973;
  return value / 9973;
}
