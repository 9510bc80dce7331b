/**
 * The rules of the processed profile format, version 70, as firefox-devtools/profiler states them: src/types/profile.ts and
 * src/types/markers.ts for the fields, docs-developer/CHANGELOG-formats.md for what values mean.
 */

export interface Table {
  readonly length: number;
  readonly [column: string]: unknown;
}

export interface FirefoxThread {
  readonly name: string;
  readonly processName: string;
  readonly pid: string;
  readonly tid: number | string;
  readonly isMainThread: boolean;
  readonly samples: Table & {
    readonly stack: (number | null)[];
    readonly time: number[];
    readonly weight: number[];
    readonly threadCPUDelta?: number[];
  };
  readonly markers: Table & {
    readonly name: number[];
    readonly startTime: (number | null)[];
    readonly data: ({ type: string; [key: string]: unknown } | null)[];
  };
}

export interface FirefoxProfile {
  readonly meta: {
    readonly categories: readonly { name: string; color: string; subcategories: string[] }[];
    readonly markerSchema: readonly {
      name: string;
      display: string[];
      fields: { key: string; format: string }[];
    }[];
    readonly [key: string]: unknown;
  };
  readonly libs: readonly Record<string, unknown>[];
  readonly shared: {
    readonly stackTable: Table & { frame: number[]; prefixOffset: number[] };
    readonly frameTable: Table & {
      func: number[];
      inlineDepth: number[];
      address: number[];
      category: number[];
    };
    readonly funcTable: Table & { name: number[]; source: (number | null)[] };
    readonly resourceTable: Table;
    readonly nativeSymbols: Table;
    readonly sources: Table & { filename: number[] };
    readonly sourceLocationTable: Table;
    readonly stringArray: readonly string[];
  };
  readonly threads: readonly FirefoxThread[];
}

type Rule = (value: unknown) => boolean;

const isInteger: Rule = (value) => Number.isInteger(value);
const isNumber: Rule = (value) => Number.isFinite(value);
const isText: Rule = (value) => typeof value === 'string';
const isBoolean: Rule = (value) => typeof value === 'boolean';
const isNull: Rule = (value) => value === null;
const positive: Rule = (value) => isInteger(value) && (value as number) >= 1;
const natural: Rule = (value) => isInteger(value) && (value as number) >= 0;
const either =
  (...rules: Rule[]): Rule =>
  (value) =>
    rules.some((rule) => rule(value));
const oneOf =
  (...values: unknown[]): Rule =>
  (value) =>
    values.includes(value);
const below =
  (length: number): Rule =>
  (value) =>
    natural(value) && (value as number) < length;

/** CategoryColor. */
const colors =
  'transparent purple green orange yellow lightblue blue brown magenta red lightred darkgrey grey'.split(' ');
/** MarkerDisplayLocation. */
const places =
  'marker-chart marker-table timeline-overview timeline-memory timeline-ipc timeline-fileio timeline-network stack-chart'.split(
    ' ',
  );
/** MarkerFormatType, without tables. */
const formats = (
  'url file-path sanitized-string string unique-string flow-id terminating-flow-id duration time seconds milliseconds ' +
  'microseconds nanoseconds bytes percentage integer decimal hexadecimal pid tid list'
).split(' ');
/** A GUID and an age, in hexadecimal; empty where it is not known. */
const breakpadId = /^([0-9A-F]{33,40}|)$/;

/** Everything in a profile that is not as the format has it. */
export function violations(profile: FirefoxProfile): string[] {
  const found: string[] = [];
  const check = (where: string, value: unknown, rule: Rule): void => {
    if (!rule(value)) found.push(`${where}: ${JSON.stringify(value)}`);
  };
  const checkObject = (where: string, value: object, rules: Readonly<Record<string, Rule>>): void => {
    for (const [key, rule] of Object.entries(rules)) check(`${where}.${key}`, Reflect.get(value, key), rule);
    for (const key of Object.keys(value)) if (!(key in rules)) found.push(`${where}.${key}: is not a field`);
  };
  const checkTable = (
    where: string,
    table: Table,
    columns: Readonly<Record<string, Rule>>,
    others = {},
  ): void => {
    const isColumn: Rule = (value) => Array.isArray(value) && value.length === table.length;
    checkObject(where, table, {
      length: natural,
      ...Object.fromEntries(Object.keys(columns).map((name) => [name, isColumn])),
      ...others,
    });
    for (const [name, rule] of Object.entries(columns)) {
      (table[name] as unknown[]).forEach((value, row) => check(`${where}.${name}[${row}]`, value, rule));
    }
  };
  const { meta, libs, shared, threads } = profile;
  const { categories } = meta;
  checkObject('profile', profile, {
    meta: isObject,
    libs: Array.isArray,
    shared: isObject,
    threads: Array.isArray,
  });

  checkObject('meta', meta, {
    interval: (value) => isNumber(value) && (value as number) > 0,
    startTime: isNumber,
    profilingStartTime: isNumber,
    profilingEndTime: isNumber,
    processType: isInteger,
    product: isText,
    importedFrom: isText,
    stackwalk: oneOf(0, 1),
    debug: isBoolean,
    version: positive,
    preprocessedProfileVersion: oneOf(70),
    categories: Array.isArray,
    markerSchema: Array.isArray,
    sampleUnits: isObject,
    symbolicated: isBoolean,
    usesOnlyOneStackType: isBoolean,
    sourceCodeIsNotOnSearchfox: isBoolean,
  });
  checkObject('meta.sampleUnits', meta.sampleUnits as object, {
    time: oneOf('ms'),
    eventDelay: oneOf('ms'),
    threadCPUDelta: oneOf('ns', 'µs', 'variable CPU cycles'),
  });
  for (const category of categories) {
    checkObject('category', category, {
      name: isText,
      color: oneOf(...colors),
      subcategories: Array.isArray,
    });
    check('category.subcategories[0]', category.subcategories[0], oneOf('Other'));
  }
  check(
    'a grey category',
    categories.some(({ color }) => color === 'grey'),
    oneOf(true),
  );
  for (const schema of meta.markerSchema) {
    schema.display.forEach((place) => check(`${schema.name}.display`, place, oneOf(...places)));
    for (const field of schema.fields) {
      checkObject('field', field, { key: isText, label: isText, format: oneOf(...formats) });
    }
  }

  libs.forEach((lib, i) =>
    checkObject(`libs[${i}]`, lib, {
      arch: isText,
      name: isText,
      path: isText,
      debugName: isText,
      debugPath: isText,
      breakpadId: (value) => breakpadId.test(value as string),
      codeId: either(isNull, (value) => /^([0-9a-f]{2})+$/.test(value as string)),
    }),
  );

  const { stringArray, stackTable, frameTable, funcTable, resourceTable, sources } = shared;
  const string = below(stringArray.length);
  const none = oneOf(-1);
  stringArray.forEach((text, i) => check(`stringArray[${i}]`, text, isText));
  check('strings, each once', new Set(stringArray).size, oneOf(stringArray.length));
  checkTable('stackTable', stackTable, { frame: below(frameTable.length), prefixOffset: natural });
  stackTable.prefixOffset.forEach((offset, i) => check(`prefixOffset[${i}]`, offset, below(i + 1)));
  checkTable('frameTable', frameTable, {
    address: either(none, natural),
    lib: either(none, below(libs.length)),
    inlineDepth: natural,
    category: either(isNull, below(categories.length)),
    subcategory: either(isNull, natural),
    func: below(funcTable.length),
    nativeSymbol: either(isNull, below(shared.nativeSymbols.length)),
    innerWindowID: either(isNull, natural),
    line: either(isNull, positive),
    column: either(isNull, positive),
    originalLocation: either(isNull, below(shared.sourceLocationTable.length)),
  });
  checkTable('funcTable', funcTable, {
    name: string,
    isJS: isBoolean,
    relevantForJS: isBoolean,
    resource: either(none, below(resourceTable.length)),
    source: either(isNull, below(sources.length)),
    lineNumber: either(isNull, positive),
    columnNumber: either(isNull, positive),
    originalLocation: either(isNull, below(shared.sourceLocationTable.length)),
  });
  checkTable('resourceTable', resourceTable, { name: string, host: either(isNull, string), type: below(6) });
  checkTable('nativeSymbols', shared.nativeSymbols, {
    libIndex: below(libs.length),
    address: natural,
    name: string,
    functionSize: either(isNull, natural),
  });
  checkTable('sources', sources, {
    id: either(isNull, isText),
    filename: string,
    startLine: positive,
    startColumn: positive,
    sourceMapURL: either(isNull, string),
    content: either(isNull, isText),
  });
  checkTable('sourceLocationTable', shared.sourceLocationTable, {
    source: below(sources.length),
    line: positive,
    column: positive,
  });

  const stack = either(isNull, below(stackTable.length));
  threads.forEach((thread, i) => {
    const where = `threads[${i}]`;
    checkObject(where, thread, {
      processType: isText,
      processStartupTime: isNumber,
      processShutdownTime: either(isNull, isNumber),
      registerTime: isNumber,
      unregisterTime: either(isNull, isNumber),
      pausedRanges: Array.isArray,
      showMarkersInTimeline: isBoolean,
      name: isText,
      isMainThread: isBoolean,
      processName: isText,
      pid: isText,
      tid: either(isText, isInteger),
      samples: isObject,
      markers: isObject,
    });
    const { samples, markers } = thread;
    checkTable(
      `${where}.samples`,
      samples,
      {
        stack,
        time: isNumber,
        weight: isNumber,
        ...(samples.threadCPUDelta && { threadCPUDelta: either(isNull, natural) }),
      },
      { weightType: oneOf('samples', 'tracing-ms', 'bytes') },
    );
    samples.time.slice(1).forEach((time, row) => check('times rise', time >= samples.time[row], oneOf(true)));
    checkTable(`${where}.markers`, markers, {
      data: either(isNull, isObject),
      name: string,
      startTime: either(isNull, isNumber),
      endTime: either(isNull, isNumber),
      phase: oneOf(0, 1, 2, 3),
      category: below(categories.length),
    });
    for (const data of markers.data) {
      const schema = meta.markerSchema.find(({ name }) => name === data?.type);
      if (!data || !schema) {
        found.push(`${where}.markers: ${JSON.stringify(data)} has no schema`);
        continue;
      }
      const cause = (value: unknown): boolean => stack((value as { stack: unknown }).stack);
      checkObject(`${where}.markers ${data.type}`, data, {
        type: isText,
        ...Object.fromEntries(schema.fields.map(({ key }) => [key, isInteger])),
        ...('cause' in data && { cause }),
      });
    }
  });
  return found;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
