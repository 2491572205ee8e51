import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsAndExports, readElf } from '../../src/binary/elf/index.ts';
import {
  isPythonSymbol,
  judgeStableAbi,
  loadStableAbi,
  type StableAbiClaim,
} from '../../src/platform/index.ts';
import exported from '../../src/platform/data/cpython-exports.json' with { type: 'json' };
import stable from '../../src/platform/data/stable-abi.json' with { type: 'json' };

const table = await loadStableAbi();
const stableNames = Object.values(stable.added).flat();

describe('the stable ABI', () => {
  it.each([
    ['Py_IncRef', 2],
    ['PyType_GetSlot', 4],
    // Exported since 3.3, but forgotten in python3.dll until 3.7.
    ['PyErr_SetImportError', 7],
    ['PyModuleDef_Init', 5],
    ['PyUnicode_AsUTF8AndSize', 10],
    ['PyObject_GetBuffer', 11],
    ['PyType_FromMetaclass', 12],
    ['Py_REFCNT', 14],
    ['PyModule_FromSlotsAndSpec', 15],
    ['PyType_FromSlots', 15],
    ['PyCriticalSection_Begin', 15],
    ['_Py_Dealloc', 2],
    // Data.
    ['PyExc_ValueError', 2],
    ['_Py_NoneStruct', 2],
  ])('has %s since 3.%s', (symbol, minor) => {
    expect(table.since(symbol)).toEqual([3, minor]);
  });

  it.each([
    'PyUnicode_AsUTF8',
    'PyArray_Zeros',
    // Macros and structures leave no symbol.
    'Py_XDECREF',
    'PyModuleDef',
    'PyMODEXPORT_FUNC',
    '',
    'constructor',
  ])('does not have %s', (symbol) => {
    expect(table.since(symbol)).toBeUndefined();
  });

  it('is exported by every known release from its own on, where no build is an exception', () => {
    const { first, last } = table.known;
    const wrong = stableNames.filter((name) => {
      const since = table.since(name)?.[1] ?? 0;
      if (table.conditionOf(name) !== undefined || since > last[1]) return false;
      const span = table.exportedBy(name);
      return span?.last[1] !== last[1] || span.first[1] > Math.max(since, first[1]);
    });
    expect(wrong).toEqual([]);
    expect(stableNames.length).toBeGreaterThan(950);
  });

  it('names what hangs on how CPython was built', () => {
    expect(table.conditionOf('PyErr_SetFromWindowsErr')).toBe('MS_WINDOWS');
    expect(table.conditionOf('PyOS_AfterFork_Child')).toBe('HAVE_FORK');
    expect(table.conditionOf('_Py_RefTotal')).toBe('Py_REF_DEBUG');
    expect(table.conditionOf('Py_IncRef')).toBeUndefined();
  });

  it('tells what is kept for extensions alone', () => {
    expect(table.isAbiOnly('_Py_Dealloc')).toBe(true);
    expect(table.isAbiOnly('_PyArg_ParseTuple_SizeT')).toBe(true);
    expect(table.isAbiOnly('PyList_New')).toBe(false);
    expect(table.isAbiOnly('_PyObject_GetDictPtr')).toBe(false);
  });

  it('has each name once, and only names of CPython', () => {
    expect(new Set(stableNames).size).toBe(stableNames.length);
    expect(stableNames.filter((name) => !isPythonSymbol(name))).toEqual([]);
    for (const name of [
      ...stable.abiOnly,
      ...stable.abi3t.needsDefinition,
      ...Object.values(stable.conditions).flat(),
    ])
      expect(table.since(name)).toBeDefined();
  });
});

describe('what CPython exports', () => {
  it('is known from its first to its last release', () => {
    expect(table.exportedBy('PyUnicode_AsUnicode')).toEqual({ first: [3, 6], last: [3, 11] });
    expect(table.exportedBy('PyEval_GetCallStats')).toEqual({ first: [3, 6], last: [3, 6] });
    expect(table.exportedBy('PyUnicode_AsUTF8')?.last).toEqual(table.known.last);
    expect(table.exportedBy('PyArray_Zeros')).toBeUndefined();
  });

  it('covers releases without a gap, each name in one span', () => {
    const names = Object.values(exported.spans).flat();
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !isPythonSymbol(name))).toEqual([]);
    for (let minor = exported.first; minor <= exported.last; minor += 1)
      expect(names.filter((name) => table.exportedBy(name)?.first[1] === minor)).not.toEqual([]);
  });
});

describe('judging an extension', () => {
  const cp38: StableAbiClaim = { abi: 'abi3', floor: [3, 8] };

  it('tells private symbols, symbols that are too new, and foreign ones apart', () => {
    const symbols = [
      'Py_IncRef',
      'PyObject_GetBuffer',
      '_PyObject_GetDictPtr',
      'PyEval_GetCallStats',
      'PyArray_Zeros',
      'PyInit_spam',
      'memcpy',
    ];
    expect(judgeStableAbi(symbols, cp38, table)).toEqual({
      outside: [
        {
          symbol: '_PyObject_GetDictPtr',
          exportedBy: { first: table.known.first, last: table.known.last },
        },
        { symbol: 'PyEval_GetCallStats', exportedBy: { first: [3, 6], last: [3, 6] } },
      ],
      tooNew: [{ symbol: 'PyObject_GetBuffer', since: [3, 11], exportedAtFloor: true }],
      conditional: [],
      unusable: [],
      unknown: ['PyArray_Zeros'],
      floor: [3, 11],
    });
    expect(judgeStableAbi(symbols, { abi: 'abi3', floor: [3, 11] }, table).tooNew).toEqual([]);
  });

  it('tells what is not promised from what is not there', () => {
    const symbols = ['PyUnicode_AsUTF8AndSize', 'PyType_FromMetaclass'];
    const isThere = (claim: StableAbiClaim): readonly boolean[] =>
      judgeStableAbi(symbols, claim, table).tooNew.map(({ exportedAtFloor }) => exportedAtFloor);
    expect(isThere(cp38)).toEqual([true, false]);
    // Nothing is known of 3.3.
    expect(isThere({ abi: 'abi3', floor: [3, 3] })).toEqual([false, false]);
  });

  it('takes what macros of the headers call', () => {
    const symbols = ['_Py_Dealloc', '_Py_BuildValue_SizeT', '_PyArg_ParseTuple_SizeT'];
    expect(judgeStableAbi(symbols, cp38, table).outside).toEqual([]);
  });

  it('names symbols of debug builds', () => {
    expect(judgeStableAbi(['_Py_NegativeRefcount'], cp38, table).conditional).toEqual([
      { symbol: '_Py_NegativeRefcount', condition: 'Py_REF_DEBUG' },
    ]);
  });

  it('for abi3t asks for 3.15, and for modules that are exported rather than defined', () => {
    const old = ['PyModuleDef_Init', 'PyModule_Create2', 'PyList_New'];
    expect(judgeStableAbi(old, { abi: 'abi3t', floor: [3, 15] }, table)).toMatchObject({
      tooNew: [],
      unusable: ['PyModuleDef_Init', 'PyModule_Create2'],
      floor: [3, 15],
    });
    expect(judgeStableAbi(old, { abi: 'abi3', floor: [3, 15] }, table)).toMatchObject({
      unusable: [],
      floor: [3, 5],
    });
  });

  it('of one that asks for nothing gives the oldest release', () => {
    const nothing = { outside: [], tooNew: [], conditional: [], unusable: [], unknown: [] };
    expect(judgeStableAbi([], cp38, table)).toEqual({ ...nothing, floor: [3, 2] });
  });
});

/** The Python that runs here, when its symbols can be read. */
function hostExports():
  { readonly minor: number; readonly names: ReadonlySet<string> } | undefined {
  try {
    const script =
      'import sys,sysconfig,os;c=sysconfig.get_config_vars();p=os.path.join(c["LIBDIR"],c["INSTSONAME"]);print(sys.version_info[1],p if os.path.exists(p) else sys.executable)';
    const [minor = '', path = ''] = execFileSync('python3', ['-c', script], { encoding: 'utf8' })
      .trim()
      .split(' ');
    const { exports } = importsAndExports(readElf(readFileSync(path)));
    const names = new Set(exports.map(({ name }) => name));
    return names.has('Py_IncRef') ? { minor: Number(minor), names } : undefined;
  } catch {
    return undefined;
  }
}

const host = hostExports();

it.skipIf(host === undefined)(
  'the host has what the table says (skipped without a python3 that is an ELF file)',
  () => {
    const promised = stableNames.filter(
      (name) => (table.since(name)?.[1] ?? 99) <= (host?.minor ?? 0),
    );
    const missing = promised.filter(
      (name) => table.conditionOf(name) === undefined && host?.names.has(name) !== true,
    );
    expect(missing).toEqual([]);
    expect(promised.length).toBeGreaterThan(600);
  },
);
