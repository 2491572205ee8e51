import { describe, expect, it } from 'vitest';
import { isPythonSymbol, moduleHook } from '../../src/platform/index.ts';

describe('a name that CPython keeps for itself', () => {
  it.each(['PyList_New', 'Py_IncRef', '_Py_Dealloc', '_PyObject_New', 'PyArray_API', 'PyInterval'])(
    'may be %s',
    (name) => {
      expect(isPythonSymbol(name)).toBe(true);
    },
  );

  it.each(['Python', 'Pyro', 'py_list', '__Py_x', 'xPy_IncRef', 'Py', '', 'PyInit_spam'])(
    'is not %s',
    (name) => {
      expect(isPythonSymbol(name)).toBe(false);
    },
  );
});

describe('the hook of a module', () => {
  it.each([
    ['PyInit_spam', { kind: 'PyInit', module: 'spam', isEncoded: false }],
    ['PyInit__multiarray_umath', { kind: 'PyInit', module: '_multiarray_umath', isEncoded: false }],
    ['PyInitU_lsbrn_ura', { kind: 'PyInit', module: 'lsbrn_ura', isEncoded: true }],
    ['PyModExport_spam', { kind: 'PyModExport', module: 'spam', isEncoded: false }],
    ['PyModExportU_lsbrn_ura', { kind: 'PyModExport', module: 'lsbrn_ura', isEncoded: true }],
  ])('is read from %s', (name, hook) => {
    expect(moduleHook(name)).toEqual(hook);
  });

  it.each(['PyInit_', 'initspam', '_PyInit_spam', 'PyInitspam', 'PyModExport', 'PyImport_Import'])(
    'is not %s',
    (name) => {
      expect(moduleHook(name)).toBeUndefined();
    },
  );
});
