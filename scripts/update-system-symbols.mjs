/**
 * Makes src/platform/data/system-symbols/glibc.json and musl.json from the system libraries of one distribution release.
 *
 *   node scripts/update-system-symbols.mjs SOURCE ROOT... --musl VERSION=LIBC_SO...
 *
 * SOURCE says in words which release it is. Each ROOT is a folder of unpacked packages of one architecture: the C library,
 * libgcc, libstdc++, libatomic, zlib and musl; its architecture is read from the files. Each LIBC_SO is musl's library as one
 * release of musl builds it, for any 64-bit or 32-bit architecture: a symbol counts as brought by the oldest release given
 * that has it, those of the same word size asked first, since 64-bit times brought 32-bit systems functions of their own.
 * What no release has is particular to an architecture and stays undated.
 *
 * Names that musl has no longer (fopen64, until 1.2.3) stay in the table: its loader finds them for programs of old.
 *
 * Both tables are packed alike. Names are sorted and packed as src/platform/name-index.ts says. A pattern says for each
 * architecture which versions define a name ("0,3|0|", oldest first, nothing where it is lacking), and each name has two
 * base-36 digits: its pattern. Most names share a few.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TARGET = join(root, 'src/platform/data/system-symbols');
const GLIBC =
  /^lib(?:c\.so\.6|m\.so\.6|dl\.so\.2|pthread\.so\.0|rt\.so\.1|resolv\.so\.2|util\.so\.1|anl\.so\.1|nsl\.so\.1|mvec\.so\.1|gcc_s\.so\.1|stdc\+\+\.so\.6|atomic\.so\.1|z\.so\.1)$/;
const BLOCK_SIZE = 64;
const LOADER = /^ld(?:-linux[\w.-]*|64)\.so\.\d$/;

const tools = await loadTools();
const [source, ...rest] = process.argv.slice(2);
const muslAt = rest.indexOf('--musl');
if (source === undefined || muslAt < 1) throw new Error('see the head of this file');
const roots = rest.slice(0, muslAt).map(readRoot).sort(byArchitecture);
const releases = rest.slice(muslAt + 1).map(readRelease);
const architectures = roots.map(({ architecture }) => architecture);

mkdirSync(TARGET, { recursive: true });
write('glibc.json', {
  source,
  architectures,
  loaders: Object.fromEntries(roots.map(({ architecture, loader }) => [architecture, loader])),
  libraries: glibcLibraries(),
});
write('musl.json', {
  source: `${source}; releases from their sources: ${muslVersions().join(', ')}`,
  architectures,
  libraries: muslLibraries(),
});

async function loadTools() {
  const folder = mkdtempSync(join(tmpdir(), 'elf-'));
  const outfile = join(folder, 'tools.mjs');
  try {
    await build({
      ...bundleOptions,
      splitting: false,
      stdin: {
        contents:
          "export * from './src/binary/elf/index.ts'; export * from './src/platform/version-names.ts';",
        resolveDir: root,
      },
      outfile,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Library to symbol to versions, of one folder. */
function readRoot(folder) {
  const libraries = new Map();
  let architecture;
  let loader;
  let musl;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const isMusl = entry.name === 'libc.so' && /-linux-musl\w*$/.test(entry.parentPath);
    if (!isMusl && !GLIBC.test(entry.name) && !LOADER.test(entry.name)) continue;
    const file = readLibrary(join(entry.parentPath, entry.name));
    architecture ??= file.machine;
    if (architecture !== file.machine)
      throw new Error(`${folder} has files of ${architecture} and of ${file.machine}`);
    if (isMusl) musl = file;
    else if (GLIBC.test(entry.name)) libraries.set(entry.name, file.symbols);
    else {
      // The loader has another name on each architecture; the table has one for all of them.
      loader = entry.name;
      libraries.set('ld.so', file.symbols);
    }
  }
  if (!libraries.has('libc.so.6') || loader === undefined || musl === undefined)
    throw new Error(`${folder} lacks a C library`);
  return { architecture, loader, libraries, musl };
}

function byArchitecture(left, right) {
  return byCodeUnit(left.architecture, right.architecture);
}

function readRelease(argument) {
  const [version, path] = argument.split('=');
  return { version, ...readLibrary(path) };
}

function readLibrary(path) {
  const file = tools.readElf(readFileSync(realpathSync(path)));
  const symbols = new Map();
  for (const { name, version = '' } of tools.importsAndExports(file).exports) {
    if (name !== version) symbols.set(name, [...(symbols.get(name) ?? []), version]);
  }
  return { machine: file.machine.name, class: file.class, symbols };
}

/** The C library first: where two libraries define a symbol, it is the one that is always loaded. */
function glibcLibraries() {
  const rank = ['libstdc++.so.6', 'libgcc_s.so.1', 'libm.so.6', 'libc.so.6'];
  const names = [...new Set(roots.flatMap(({ libraries }) => [...libraries.keys()]))];
  return names
    .sort((left, right) => rank.indexOf(right) - rank.indexOf(left) || byCodeUnit(left, right))
    .map((name) =>
      pack(
        name,
        roots.map(({ libraries }) => libraries.get(name) ?? new Map()),
      ),
    );
}

function muslLibraries() {
  return [
    pack(
      'libc.so',
      roots.map(({ musl }) => dated(musl)),
    ),
    // zlib exports the same names whatever C library it is built for.
    pack(
      'libz.so.1',
      roots.map(
        ({ libraries }) =>
          new Map([...libraries.get('libz.so.1').keys()].map((name) => [name, ['']])),
      ),
    ),
  ];
}

/** The symbols of musl on one architecture, each with the release that brought it. */
function dated(library) {
  const isAlike = (release) => release.class === library.class;
  const gone = releases.filter(isAlike).flatMap(goneSince);
  const names = [...new Set([...library.symbols.keys(), ...gone])];
  return new Map(
    names.map((name) => {
      const having = releases.filter(({ symbols }) => symbols.has(name));
      const alike = having.filter(isAlike);
      const [oldest] = (alike.length > 0 ? alike : having)
        .map(({ version }) => version)
        .sort(tools.compareVersionNames);
      return [name, [oldest ?? '']];
    }),
  );
}

/** What a release had and the distribution's library of the same architecture lacks. */
function goneSince({ machine, symbols }) {
  const now = roots.find(({ architecture }) => architecture === machine)?.musl.symbols;
  if (now === undefined) throw new Error(`no folder is of ${machine}, as a library of musl is`);
  return [...symbols.keys()].filter((name) => !now.has(name));
}

function muslVersions() {
  return [...new Set(releases.map(({ version }) => version))].sort(tools.compareVersionNames);
}

/** `bySystem` has symbol to versions for each architecture, in the order of the table. */
function pack(name, bySystem) {
  const versions = [...new Set(bySystem.flatMap((symbols) => [...symbols.values()].flat()))].sort(
    compareVersions,
  );
  const names = [...new Set(bySystem.flatMap((symbols) => [...symbols.keys()]))].sort(byCodeUnit);
  const indexOf = new Map(versions.map((version, index) => [version, index]));
  const patternOf = (each) =>
    bySystem
      .map((symbols) =>
        [...new Set(symbols.get(each) ?? [])]
          .map((version) => indexOf.get(version))
          .sort((left, right) => left - right)
          .join(','),
      )
      .join('|');
  const patterns = new Map();
  const digits = names.map((each) => {
    const pattern = patternOf(each);
    if (!patterns.has(pattern)) patterns.set(pattern, patterns.size);
    return patterns.get(pattern).toString(36).padStart(2, '0');
  });
  if (patterns.size > 36 ** 2)
    throw new Error(`${name} has more patterns than two digits can tell`);
  return {
    name,
    versions,
    patterns: [...patterns.keys()],
    ...packNames(names),
    patternOf: digits.join(''),
  };
}

/** Within a prefix the oldest first; private versions and those without a number last. */
function compareVersions(left, right) {
  const [one, other] = [left, right].map((version) => version.slice(version.indexOf('_') + 1));
  return tools.compareVersionNames(one, other) || byCodeUnit(left, right);
}

function byCodeUnit(left, right) {
  return left < right ? -1 : Number(left > right);
}

function packNames(names) {
  const blocks = [];
  for (let start = 0; start < names.length; start += BLOCK_SIZE)
    blocks.push(frontCode(names.slice(start, start + BLOCK_SIZE)));
  return { blockSize: BLOCK_SIZE, blocks };
}

function frontCode(names) {
  let before = '';
  return names
    .map((name) => {
      let shared = 0;
      while (shared < name.length && name[shared] === before[shared]) shared += 1;
      before = name;
      return `${shared}:${name.slice(shared)}`;
    })
    .join('\n');
}

/** One line for each list: most of the table is long strings. */
function write(name, document) {
  const text = JSON.stringify(document, undefined, 1).replace(
    /\[\s+([^[\]{}]*?)\s+\]/g,
    (_, list) => `[${list.replace(/\s*\n\s*/g, ' ')}]`,
  );
  writeFileSync(join(TARGET, name), `${text}\n`);
}
