/**
 * Makes src/platform/data/library-packages.json: which Debian package has a shared library.
 *
 *   node scripts/update-library-packages.mjs SUITE CONTENTS
 *
 * SUITE names the release, `Debian 12`. CONTENTS is its index of files for amd64, component main, unpacked; apt fetches
 * and checks it with `apt-get update` where an index target for `$(COMPONENT)/Contents-$(NATIVE_ARCHITECTURE)` is
 * configured, as apt-file does, and `/usr/lib/apt/apt-helper cat-file` unpacks it.
 *
 * Only what loaders find by themselves counts: libraries that lie directly in the system's folders. A name with a longer
 * version than another one of its package is the file behind that one, and left out, as nothing is linked to it. Where
 * the name of the package follows from that of the library, the library stands alone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TARGET = join(root, 'src/platform/data/library-packages.json');
const LIBRARY = /^(?:usr\/)?lib(?:\/x86_64-linux-gnu|64)?\/(lib[^/\s]+\.so(?:\.\d+)+)\s+(\S+)$/;

const [suite, contents] = process.argv.slice(2);
if (contents === undefined) throw new Error('see the head of this file');

const packages = new Map();
for (const line of readFileSync(contents, 'utf8').split('\n')) {
  const [, library, owners] = LIBRARY.exec(line) ?? [];
  if (library === undefined) continue;
  // Several have it when they exclude each other; the shortest name is the plain build.
  const names = owners.split(',').map((owner) => owner.slice(owner.lastIndexOf('/') + 1));
  const [name] = names.filter((each) => !isAside(each)).sort(byLength);
  if (name !== undefined) packages.set(name, (packages.get(name) ?? new Set()).add(library));
}

const claimed = new Map();
for (const [name, libraries] of [...packages].sort(([left], [right]) => byLength(left, right)))
  for (const library of linkable(libraries)) if (!claimed.has(library)) claimed.set(library, name);

const regular = [];
const table = {};
for (const [library, name] of [...claimed].sort(byCodeUnit)) {
  if (regularName(library) === name) regular.push(library);
  else (table[name] ??= []).push(library);
}
const packaged = Object.entries(table)
  .map(([name, libraries]) => [name, libraries.join(' ')])
  .sort(byCodeUnit);
writeFileSync(
  TARGET,
  `${JSON.stringify(
    {
      suite,
      source: `${suite}, main, amd64: Contents index`,
      regular: lines(regular),
      packages: Object.fromEntries(packaged),
    },
    undefined,
    1,
  )}\n`,
);

/** As src/platform/library-packages.ts has it: the name that Debian Policy 8.1 gives the package of a library. */
function regularName(library) {
  return library
    .replace(/(\d)\.so\./, '$1-')
    .replace(/\.so\./, '')
    .replaceAll('_', '-')
    .toLowerCase();
}

function lines(names) {
  const made = [];
  for (let at = 0; at < names.length; at += 8) made.push(names.slice(at, at + 8).join(' '));
  return made;
}

/** Development files, debug symbols and libraries for other processors. */
function isAside(name) {
  return /-(?:dev|dbg|dbgsym|cross|doc)$|-dev-|-cross$/.test(name);
}

function linkable(libraries) {
  return [...libraries].filter(
    (library) => ![...libraries].some((other) => library.startsWith(`${other}.`)),
  );
}

function byLength(left, right) {
  return left.length - right.length || (left < right ? -1 : 1);
}

function byCodeUnit([left], [right]) {
  return left < right ? -1 : 1;
}
