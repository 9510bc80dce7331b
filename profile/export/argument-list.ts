/**
 * Names of functions without their arguments, for texts where a function is one word: "shapes::area(int) const" is
 * "shapes::area". Functions that differ in anything but their arguments keep different names, so only the last argument
 * list goes, and only where it ends the name. Since brackets are balanced, a list that ends the name lies outside <> and {}:
 *
 *   f<(Color)1>(int)                                  f<(Color)1>             the template's value stays
 *   run(int)::{lambda(int)#1}::operator()(int) const  run(int)::{lambda(int)#1}::operator()
 *   <(u32, u64) as rt::Work>::work                    itself                  Rust: a tuple
 *   net/http.(*Client).Do                             itself                  Go: the receiver's type
 *   (anonymous namespace)::f                          itself
 *
 * What follows a list is of the function type (const, &, noexcept: Itanium C++ ABI, 5.1.5.3) and goes with it, or is a copy
 * that the compiler made ("[clone .part.0]"), another function, and stays.
 */

/** What an argument list follows: a name, template arguments, a lambda, "operator" and its sign, another list. */
const nameEnd = /(?:[\w$>}\])\u0080-\uffff]|\boperator[^\w\s]{1,3})$/;
/** The parentheses that follow are the operator's name. */
const callOperator = /(?:^|[^\w$])operator$/;
/** More than the longest end that these look at. */
const NAME_END_LENGTH = 16;
const qualifiers = [' const', ' volatile', ' noexcept', '&', ' '];

/** The name without the argument list that ends it; the name itself where none does. */
export function withoutArguments(name: string): string {
  const end = endOfSignature(name);
  const signature = withoutQualifiers(name.slice(0, end));
  if (!signature.endsWith(')')) return name;
  const start = openingOf(signature);
  const rest = signature.slice(0, Math.max(0, start));
  const beginning = rest.slice(-NAME_END_LENGTH);
  if (callOperator.test(beginning) || !nameEnd.test(beginning)) return name;
  return rest + name.slice(end);
}

/** Where the marks of copies begin: "[clone .part.0]" of binutils, "(.part.0)" of LLVM. */
function endOfSignature(name: string): number {
  for (let end = name.length; ;) {
    const [opening, closing] = name[end - 1] === ']' ? [' [clone ', ']'] : [' (.', ')'];
    const start = name[end - 1] === closing ? name.lastIndexOf(opening, end - 1) : -1;
    if (start < 0 || name.slice(start, end - 1).includes(closing)) return end;
    end = start;
  }
}

function withoutQualifiers(signature: string): string {
  let text = signature;
  for (let last; (last = qualifiers.find((word) => text.endsWith(word))) !== undefined;) {
    text = text.slice(0, -last.length);
  }
  return text;
}

/** Where the parenthesis opens that the last character closes; -1 where none does. */
function openingOf(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') depth++;
    else if (text[at] === '(' && --depth === 0) return at;
  }
  return -1;
}
