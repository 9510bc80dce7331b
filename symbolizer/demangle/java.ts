/**
 * Java methods as JIT compilers name them: class, method and descriptor (Java Virtual Machine Specification 4.3.3).
 *
 *     Ljava/lang/String;regionMatches(ZI[B)Z   ->   java.lang.String.regionMatches(boolean, int, byte[])
 *
 * The return type is left out, as perf leaves it out. So are the brackets of an array of objects: perf prints those
 * after the next primitive type, and so do we.
 */

const baseTypes: Readonly<Record<string, string | undefined>> = {
  B: 'byte',
  C: 'char',
  D: 'double',
  F: 'float',
  I: 'int',
  J: 'long',
  S: 'short',
  V: 'void',
  Z: 'boolean',
};

enum Part {
  Start,
  Class,
  Method,
  Parameters,
  ParameterClass,
}

/** The method that `name` stands for; undefined if it has no parameter list, or something where it cannot be. */
export function demangleJava(name: string): string | undefined {
  const end = name.lastIndexOf(')') + 1;
  let text = '';
  let part = Part.Start;
  let dimensions = 0;
  let parameterCount = 0;
  for (let i = 0; i < end; i++) {
    const character = name[i];
    const inParameters: boolean = part === Part.Parameters;
    const inClass: boolean = part === Part.Class || part === Part.ParameterClass;
    if (character === 'L' && (part === Part.Start || inParameters)) {
      if (inParameters && parameterCount++ > 0) text += ', ';
      part = inParameters ? Part.ParameterClass : Part.Class;
    } else if (inParameters && baseTypes[character] !== undefined) {
      if (character !== 'V' && parameterCount++ > 0) text += ', ';
      text += baseTypes[character] + '[]'.repeat(dimensions);
      dimensions = 0;
    } else if (character === '[') {
      if (!inParameters) return undefined;
      dimensions++;
    } else if (character === '(') {
      if (part !== Part.Method) return undefined;
      text += character;
      part = Part.Parameters;
    } else if (character === ')') {
      if (!inParameters) return undefined;
      text += character;
      parameterCount = 0;
    } else if (character === ';') {
      if (!inClass) return undefined;
      if (part === Part.Class && /[A-Za-z]/.test(name[i + 1] ?? '')) text += '.';
      part = part === Part.Class ? Part.Method : Part.Parameters;
    } else if (character === '/') {
      if (!inClass) return undefined;
      text += '.';
    } else {
      text += character;
    }
  }
  return end > 0 ? text : undefined;
}
