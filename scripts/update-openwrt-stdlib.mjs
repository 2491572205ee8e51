/**
 * Makes src/openwrt/dependencies/data/stdlib-*.json: which module of the standard library imports which.
 *
 *   node scripts/update-openwrt-stdlib.mjs PYTHON...
 *
 * Each PYTHON is an interpreter of one minor version of a release, with its whole standard library, tests aside. Sources
 * are read by their syntax tree; what modules in machine code import is what `sys.modules` has more of when each is
 * imported in an interpreter of its own. Debian links into its interpreters what others build as extension modules: of what
 * is built in, only what upstream builds in is taken as such.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DATA = join(root, 'src/openwrt/dependencies/data');

/** Modules/config.c.in and Setup.bootstrap.in of CPython 3.14, and what only older ones have there. */
const BUILT_IN =
  '_abc _ast _bisect _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string _suggestions _symtable _sysconfig _thread _tokenize _tracemalloc _typing _types _warnings _weakref atexit builtins errno faulthandler gc itertools marshal parser posix pwd sys time xxsubtype zipimport';

const ASK = `
import json, subprocess, sys, sysconfig, platform
probe = "import sys; known = set(sys.modules); import {0}; print(' '.join(sorted(set(sys.modules) - known - {{'{0}'}})))"
def ask(name):
    done = subprocess.run(sys.argv[1:] + ["-I", "-S", "-c", probe.format(name)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode().split() if done.returncode == 0 else None
stdlib = sysconfig.get_path("stdlib")
import os
# The interpreter at hand may be told where its library is, its children not.
dynload = [d for d in (os.path.join(stdlib, "lib-dynload"), sysconfig.get_path("platstdlib") + "/lib-dynload") if os.path.isdir(d)]
names = sorted({f.split(".")[0] for d in dynload for f in os.listdir(d) if f.endswith(".so")} | set(sys.builtin_module_names))
names = [name for name in names if not name.startswith(("_test", "xx", "_xx", "_ctypes_test"))]
print(json.dumps({"version": platform.python_version(), "stdlib": stdlib, "names": names, "builtin": list(sys.builtin_module_names), "imports": {name: ask(name) for name in names if name not in ("sys", "builtins")}}))
`;

const pythons = process.argv.slice(2);
if (pythons.length === 0) throw new Error('see the head of this file');
const folder = await mkdtemp(join(tmpdir(), 'openwrt-stdlib-'));
try {
  await build({
    ...bundleOptions,
    entryPoints: { graph: 'scripts/openwrt-stdlib-graph.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
  const { graphOf } = await import(pathToFileURL(join(folder, 'graph.mjs')));
  for (const python of pythons) await update(python, graphOf);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function update(python, graphOf) {
  const answer = execFileSync(python, ['-c', ASK, python], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const { version, stdlib, names, builtin, imports } = JSON.parse(answer);
  const known = new Set(BUILT_IN.split(' '));
  const minor = version.split('.').slice(0, 2).join('.');
  const table = await graphOf({
    python,
    stdlib,
    version,
    minor,
    builtin: builtin.filter((name) => known.has(name)),
    native: names,
    nativeImports: new Map(Object.entries(imports).map(([name, list]) => [name, list ?? []])),
  });
  const file = join(DATA, `stdlib-${minor}.json`);
  await writeFile(file, `${JSON.stringify(table, null, 2)}\n`);
  const failed = Object.keys(imports).filter((name) => imports[name] === null);
  console.log(`${file}: ${Object.keys(table.modules).length} modules`);
  if (failed.length > 0) console.log(`not measured: ${failed.join(' ')}`);
}
