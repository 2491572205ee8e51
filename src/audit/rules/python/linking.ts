/** Links to libpython, which modules must not have: the program that imports them brings its own (PEP 513). */
import type { Finding } from '../../../support/finding.ts';
import type { Evaluation } from '../../audit.ts';
import type { NativeFacts } from '../../facts.ts';
import { extensionModules } from './modules.ts';

/** libpython as a needed library, and a libpython inside a file. */
export function libpythonFindings(audit: Evaluation): readonly Finding[] {
  const modules = new Set(extensionModules(audit).map(({ native }) => native.path));
  return audit.subject.natives.flatMap((native) => {
    if (!native.loadable) return [];
    const isModule = modules.has(native.path);
    return [...linked(native, isModule), ...inside(native, isModule)];
  });
}

function linked({ path, elf }: NativeFacts, isModule: boolean): readonly Finding[] {
  const library = elf?.needed.find((name) => /^libpython\d/.test(name));
  if (library === undefined) return [];
  return [
    {
      code: 'audit/links-libpython',
      severity: isModule ? 'error' : 'warning',
      effect: 'users-break',
      message: isModule
        ? 'An extension module links libpython, which Pythons without a shared library do not have.'
        : 'A native file links libpython: it runs only where that very Python has a shared library.',
      path,
      evidence: library,
      hint: isModule
        ? 'Do not pass -lpython: the interpreter that imports the module has its symbols already.'
        : 'Run the code from Python instead, or load the interpreter at run time.',
    },
  ];
}

function inside({ path, elf }: NativeFacts, isModule: boolean): readonly Finding[] {
  const { exports } = elf?.symbols ?? {};
  if (exports?.has('Py_InitializeEx') !== true || !exports.has('PyEval_EvalCode')) return [];
  const isLibpython = /(?:^|\/)libpython[^/]*\.so[\d.]*$/.test(path);
  return [
    {
      code: 'audit/static-libpython',
      severity: isModule ? 'error' : isLibpython ? 'info' : 'warning',
      effect: isModule ? 'users-break' : 'advice',
      message: isModule
        ? 'An extension module carries an interpreter of its own, with its own state beside the one that imports it.'
        : 'A native file carries an interpreter.',
      path,
      evidence: 'it exports Py_InitializeEx',
      hint: 'Extension modules must leave the symbols of Python undefined; embed an interpreter in programs only.',
    },
  ];
}
