/**
 * Names that come from a recording are data: a program can call itself "\e]0;gotcha\a". What would steer a
 * terminal is written as an escape.
 */

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\x00-\x1f\x7f-\x9f]/g;

/** The text with control characters as \xNN. */
export function printable(text: string): string {
  return text.replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
