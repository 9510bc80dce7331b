/** The search field: part of a name, whatever its case, or /a regular expression/. */

/** Whether a name matches; undefined where nothing is searched. @throws SyntaxError for a pattern that is none */
export function matcherOf(search: string): ((name: string) => boolean) | undefined {
  const word = search.trim();
  if (word === '') return undefined;
  const pattern = /^\/(.+)\/$/.exec(word);
  if (pattern) {
    const expression = new RegExp(pattern[1], 'i');
    return (name) => expression.test(name);
  }
  const part = word.toLowerCase();
  return (name) => name.toLowerCase().includes(part);
}
