/**
 * How wide a text is in a terminal, for the layout of --help. build.mjs puts this in the place of the package
 * string-width: its tables and regular expressions for emoji and East Asian scripts take longer to load than the rest
 * of a small run, and the help has none of these.
 */
export default function asciiWidth(text: string): number {
  return text.length;
}
