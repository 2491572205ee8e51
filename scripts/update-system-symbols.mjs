/**
 * Makes src/platform/data/system-symbols.json from the system libraries of one distribution release.
 *
 *   node scripts/update-system-symbols.mjs SOURCE ROOT... [--musl VERSION=LIBC_SO...]
 *
 * SOURCE says in words which release it is. Each ROOT is a folder of unpacked packages of one architecture: the C library,
 * libgcc, libstdc++, libatomic and zlib; its architecture is read from the files. Each LIBC_SO is musl's library of one
 * release on a 64-bit system, oldest first: a symbol counts as brought by the first release that has it. The last is that of a
 * 32-bit system, given as 1.2.0=..., for its functions with 64-bit times.
 *
 * The oldest version of each symbol comes first, since that is what a reference without a version binds to. Names are sorted and share their beginnings with the line before ("12:suffix" takes over twelve characters);
 * each architecture has two base-36 digits a name, the index of its oldest version, or ".." where
 * it lacks the symbol; the few symbols with several versions stand apart.
 */
import {
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
  mkdtempSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TARGET = join(root, 'src/platform/data/system-symbols.json');
const LIBRARIES =
  /^(?:lib(?:c\.so\.6|m\.so\.6|dl\.so\.2|pthread\.so\.0|rt\.so\.1|resolv\.so\.2|util\.so\.1|anl\.so\.1|mvec\.so\.1|gcc_s\.so\.1|stdc\+\+\.so\.6|atomic\.so\.1|z\.so\.1)|ld(?:-linux[\w.-]*|64)\.so\.\d)$/;

const elf = await loadElfReader();
const [source, ...rest] = process.argv.slice(2);
const muslAt = rest.indexOf('--musl');
const roots = muslAt === -1 ? rest : rest.slice(0, muslAt);
const musl = muslAt === -1 ? [] : rest.slice(muslAt + 1);
if (source === undefined || roots.length === 0) throw new Error('see the head of this file');

/** Library to symbol to architecture to oldest version. */
const table = new Map();
const architectures = new Set();
for (const folder of roots) readRoot(folder);
const document = {
  source,
  architectures: [...architectures].sort(),
  libraries: [...table].sort(byKey).map(([name, symbols]) => packLibrary(name, symbols)),
  musl: packMusl(),
};
writeFileSync(TARGET, `${inLines(document)}\n`);

async function loadElfReader() {
  const folder = mkdtempSync(join(tmpdir(), 'elf-'));
  const outfile = join(folder, 'elf.mjs');
  try {
    await build({
      ...bundleOptions,
      splitting: false,
      entryPoints: [join(root, 'src/binary/elf/index.ts')],
      outfile,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readRoot(folder) {
  const seen = new Set();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!LIBRARIES.test(entry.name) || seen.has(entry.name)) continue;
    seen.add(entry.name);
    const file = elf.readElf(readFileSync(realpathSync(join(entry.parentPath, entry.name))));
    architectures.add(file.machine.name);
    // A loader has another name on each architecture; here it is one library.
    const library = entry.name.startsWith('ld') ? 'ld.so' : entry.name;
    for (const { name, version } of exportsOf(file))
      record(library, name, file.machine.name, version);
  }
}

function exportsOf(file) {
  return elf
    .importsAndExports(file)
    .exports.filter(({ name, version }) => name !== version)
    .map(({ name, version }) => ({ name, version: version ?? '' }));
}

function record(library, name, architecture, version) {
  const symbols = table.get(library) ?? new Map();
  table.set(library, symbols);
  const versions = symbols.get(name) ?? new Map();
  symbols.set(name, versions);
  const known = versions.get(architecture) ?? [];
  versions.set(architecture, [...new Set([...known, version])].sort(compareVersions));
}

/** Private versions come last: nobody may rely on them. */
function compareVersions(left, right) {
  const [one, other] = [left, right].map((text) =>
    /\d/.test(text) ? text.split(/[._]/).slice(1).map(Number) : [Infinity],
  );
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

function packLibrary(name, symbols) {
  const versions = [
    ...new Set([...symbols.values()].flatMap((each) => [...each.values()].flat())),
  ].sort((left, right) => compareVersions(left, right) || (left < right ? -1 : 1));
  const names = [...symbols.keys()].sort();
  return {
    name,
    versions,
    names: frontCode(names),
    oldest: Object.fromEntries(
      sortedArchitectures().map((architecture) => [
        architecture,
        names
          .map((each) => {
            const version = symbols.get(each).get(architecture)?.[0];
            return version === undefined
              ? '..'
              : versions.indexOf(version).toString(36).padStart(2, '0');
          })
          .join(''),
      ]),
    ),
    later: Object.fromEntries(
      sortedArchitectures().map((architecture) => [
        architecture,
        laterVersions(symbols, versions, architecture),
      ]),
    ),
  };
}

/** The versions behind the oldest, of symbols that have several: most have one. */
function laterVersions(symbols, versions, architecture) {
  return Object.fromEntries(
    [...symbols]
      .filter(([, each]) => (each.get(architecture)?.length ?? 0) > 1)
      .map(([name, each]) => [
        name,
        each
          .get(architecture)
          .slice(1)
          .map((version) => versions.indexOf(version)),
      ])
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

function sortedArchitectures() {
  return [...architectures].sort();
}

function packMusl() {
  const first = new Map();
  for (const argument of musl) {
    const [version, path] = argument.split('=');
    // Of a library of a 32-bit system, named last, only the functions for 64-bit times are new; 1.2.0 brought those.
    const isWanted = argument === musl.at(-1) ? (name) => /64$/.test(name) : () => true;
    for (const { name } of exportsOf(elf.readElf(readFileSync(path))))
      if (isWanted(name) && !first.has(name)) first.set(name, version);
  }
  const versions = [...new Set(musl.map((argument) => argument.split('=')[0]))];
  const names = [...first.keys()].sort();
  return {
    versions,
    names: frontCode(names),
    first: names.map((name) => versions.indexOf(first.get(name)).toString(36)).join(''),
  };
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

/** The C library first: where two libraries define a symbol, it is the one that is always loaded. */
function byKey([left], [right]) {
  const rank = (name) => (name === 'libc.so.6' ? 0 : name === 'libm.so.6' ? 1 : 2);
  return rank(left) - rank(right) || (left < right ? -1 : 1);
}

/** One line for each small list or object: most of the table is long strings. */
function inLines(document) {
  return JSON.stringify(document, undefined, 1).replace(
    /\[\s+([\d,\s]*?)\s+\]/g,
    (_, list) => `[${list.replace(/\s+/g, ' ')}]`,
  );
}
