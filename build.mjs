// Builds dist/: the program with a cache of its compiled code, and the library as ES modules and CommonJS with its types.
//
//   node build.mjs              everything
//   node build.mjs --program    the program alone
//
// Nothing of an older build is removed before the new one has succeeded.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { build, transform } from 'esbuild';

/** Entries of the package, by the name of their files in dist/library. */
const libraryEntries = { index: 'library/index.ts', node: 'library/node.ts', sframe: 'library/sframe.ts' };

const common = {
  bundle: true,
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
};

/** What the profile page's script and style were made from. */
const pageInputs = new Set();

/** The script and style of the profile page, as texts that the program imports (cli/page/page-document.ts). */
const pageAssets = {
  name: 'page assets',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^page:/ }, ({ path }) => ({ path, namespace: 'page' }));
    onLoad({ filter: /.*/, namespace: 'page' }, async ({ path }) => {
      const entry = path === 'page:script' ? 'cli/page/app/main.ts' : 'cli/page/page.css';
      const { outputFiles, metafile } = await build({
        entryPoints: [entry],
        bundle: true,
        minify: true,
        format: 'iife',
        target: 'es2022',
        metafile: true,
        write: false,
      });
      for (const file of Object.keys(metafile.inputs)) pageInputs.add(file);
      return { contents: outputFiles[0].text, loader: 'text' };
    });
  },
};

/** Our own module in the place of the one by which yargs asks for what Node.js has. */
const yargsPlatform = {
  name: 'yargs platform',
  setup({ onResolve }) {
    onResolve({ filter: /\/platform-shims\/esm\.mjs$/ }, () => ({
      path: resolve('cli/help/yargs-platform.ts'),
    }));
  },
};

/** Replaces a folder by files. @param files contents by path */
function replaceFolder(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, contents] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
}

// One file, as a function of a module's variables: bin/load-program.js compiles it with a cache. yargs is an ES module
// and asks for its own address.
async function buildProgram() {
  const { outputFiles, metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: { 'perf-sframe': 'cli/main.ts' },
    outdir: 'dist/program',
    platform: 'node',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Half the text to compile where there is no cache; stack traces are mapped back to the sources (--debug).
    minify: true,
    plugins: [pageAssets, yargsPlatform],
    alias: { 'string-width': './cli/help/ascii-width.ts' },
    define: { 'import.meta.url': 'importMetaUrl' },
    supported: { 'dynamic-import': false },
    banner: {
      js: "(function (exports, require, module, __filename, __dirname) { const importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
    },
    footer: { js: '})' },
  });
  replaceFolder(
    'dist/program',
    outputFiles.map((file) => [file.path, file.contents]),
  );
  execFileSync(process.execPath, ['bin/make-code-cache.js'], { stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync('dist/man', { recursive: true });
  const manPage = execFileSync(process.execPath, ['bin/perf-sframe.js', 'completion', 'man']);
  writeFileSync('dist/man/perf-sframe.1', manPage);
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith('page:'));
  noteInputs([...inputs, ...pageInputs]);
  notePackages([...inputs, ...pageInputs]);
}

/** Packages whose files are part of what is built, by the folder they lie in. */
const bundledPackages = new Set();

function notePackages(paths) {
  for (const path of paths) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
    if (folder !== undefined) bundledPackages.add(folder);
  }
}

/** Writes the licences of the packages that are part of what is built: theirs ask for it. */
function writeLicences() {
  const texts = [...bundledPackages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text =
      file === undefined
        ? '(the package has no file with its text)'
        : readFileSync(`${folder}/${file}`, 'utf8');
    return `${name} ${version}: ${license}\n\n${text.trim()}\n`;
  });
  writeFileSync('dist/third-party-licences.txt', texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** Notes what the program was made from: its tests refuse one that is older than the sources. */
function noteInputs(paths) {
  const own = paths.filter((path) => !/(^|\/)node_modules\//.test(path));
  const hashes = own.map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]);
  writeFileSync('dist/program.inputs.json', `${JSON.stringify(Object.fromEntries(hashes), null, 1)}\n`);
}

/**
 * The library: entries that share their code, so that an error or a session of one is one of the others', too. esbuild
 * splits ES modules alone: each CommonJS file is made from its ES module.
 */
async function buildLibrary() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: libraryEntries,
    outdir: 'dist/library',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // Of packages that have a form of their own for Node, the one that imports nothing of it.
    conditions: ['browser'],
    external: ['node:*'],
    format: 'esm',
    splitting: true,
    sourcemap: false,
    chunkNames: 'shared-[hash]',
    outExtension: { '.js': '.mjs' },
  });
  const files = [];
  for (const { path, text: withBareImports } of outputFiles) {
    // No module does anything but declare: an import for its effects alone has none, and bundlers warn of it.
    const text = withBareImports.replace(/^import "\.\/[\w-]+\.mjs";\n/gm, '');
    const { code } = await transform(text.replace(/(["']\.\/[\w-]+)\.mjs(["'])/g, '$1.cjs$2'), {
      format: 'cjs',
      target: 'node20',
      supported: { 'dynamic-import': false },
    });
    files.push([path, text], [path.replace(/\.mjs$/, '.cjs'), code]);
  }
  replaceFolder('dist/library', [...files, ...(await bundleTypes())]);
}

/** The types of the entries and what they share, each for ES modules (.d.mts) and CommonJS (.d.cts). */
async function bundleTypes() {
  const [{ rollup }, { dts }] = await Promise.all([import('rollup'), import('rollup-plugin-dts')]);
  const bundle = await rollup({ input: libraryEntries, plugins: [dts()], logLevel: 'warn' });
  const { output } = await bundle.generate({
    chunkFileNames: 'shared-[hash].d.mts',
    entryFileNames: '[name].d.mts',
  });
  await bundle.close();
  return output.flatMap(({ fileName, code }) => {
    const path = resolve('dist/library', basename(fileName));
    const common = code.replace(/(['"]\.\/[\w-]+)(?:\.d)?\.m[jt]s(['"])/g, '$1.cjs$2');
    return [
      [path, code],
      [path.replace(/\.d\.mts$/, '.d.cts'), common],
    ];
  });
}

await buildProgram();
writeLicences();
if (!process.argv.includes('--program')) await buildLibrary();
