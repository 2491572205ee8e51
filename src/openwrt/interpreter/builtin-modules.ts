import { isExport, type ElfFile } from '../../binary/elf/index.ts';

/**
 * The modules in C that a program or library has built in, by the functions that make them: `PyInit__struct`, or
 * `init_struct` in Python 2. Those of the core, `sys` and `builtins`, have none and are told with them.
 *
 * Specification: Python's "Extending and Embedding", PEP 489.
 */
export function builtinModules(elf: ElfFile, minor: string): ReadonlySet<string> {
  const prefix = minor.startsWith('2.') ? 'init' : 'PyInit_';
  const modules = new Set(CORE);
  elf.scanSymbols((symbol) => {
    if (!isExport(symbol)) return;
    const name = symbol.name();
    if (name.startsWith(prefix)) modules.add(name.slice(prefix.length));
  });
  return modules;
}

/** Made by the core itself, without such a function. */
const CORE = [
  'sys',
  'builtins',
  '__builtin__',
  '__main__',
  'exceptions',
  '_frozen_importlib',
  '_frozen_importlib_external',
  'marshal',
  'gc',
  '_warnings',
  '_imp',
  'imp',
];
