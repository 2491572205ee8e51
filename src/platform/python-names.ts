/**
 * Names of CPython's C API, as far as a name alone tells.
 *
 * Specification: CPython's C API reserves `Py` and `_Py`; PEP 489 (`PyInit_`, `PyInitU_`) and PEP 793 (`PyModExport_`,
 * `PyModExportU_`) give names to the functions by which an interpreter finds a module.
 */

/** How an interpreter asks a module for itself. */
export interface ModuleHook {
  readonly kind: 'PyInit' | 'PyModExport';
  /** The last part of the module's name; in punycode, with hyphens as underscores, where {@link isEncoded}. */
  readonly module: string;
  /** The name has characters beyond ASCII. */
  readonly isEncoded: boolean;
}

/**
 * Whether a name is of the shape that CPython keeps for itself: `PyList_New`, `_Py_Dealloc`. Other packages use it as well
 * (`PyArray_API`), so it is a reason to look a symbol up, not an answer. Hooks of modules are not of the API.
 */
export function isPythonSymbol(name: string): boolean {
  return /^_?Py[A-Z_]/.test(name) && moduleHook(name) === undefined;
}

/** Reads the name of a module's hook, such as `PyInit_spam`; undefined for other names. */
export function moduleHook(name: string): ModuleHook | undefined {
  const match = /^(PyInit|PyModExport)(U?)_(.+)$/.exec(name);
  if (match === null) return undefined;
  const [, kind, encoded, module = ''] = match;
  return {
    kind: kind === 'PyInit' ? 'PyInit' : 'PyModExport',
    module,
    isEncoded: encoded === 'U',
  };
}
