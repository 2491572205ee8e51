import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { judgeStableAbi, loadStableAbi } from '../../src/platform/index.ts';
import stable from '../../src/platform/data/stable-abi.json' with { type: 'json' };

const abi = await loadStableAbi();

describe('the stable ABI', () => {
  it.each([
    ['Py_IncRef', 2],
    ['PyModuleDef_Init', 5],
    ['PyUnicode_AsUTF8AndSize', 10],
    ['PyObject_GetBuffer', 11],
    ['PyType_FromMetaclass', 12],
    ['_Py_Dealloc', 2],
    ['PyUnicode_AsUTF8', undefined],
    ['PyArray_Zeros', undefined],
  ])('has %s since 3.%s', (symbol, minor) => {
    expect(abi.since(symbol)).toBe(minor);
  });

  it('is exported by every known release from its own on, where no platform is an exception', () => {
    const names = Object.values(stable.added).flat();
    const wrong = names.filter((name) => {
      const since = abi.since(name) ?? 0;
      if (abi.conditionOf(name) !== undefined || since > abi.known.last) return false;
      return abi.exportedBy(name)?.last !== abi.known.last;
    });
    // Debug builds alone count references this way.
    expect(wrong).toEqual([]);
    expect(names.length).toBeGreaterThan(900);
  });

  it('knows what CPython exports besides, and until when', () => {
    expect(abi.exportedBy('PyUnicode_AsUnicode')).toEqual({ first: 6, last: 11 });
    expect(abi.exportedBy('_PyObject_GetDictPtr')).toMatchObject({ first: 6 });
    expect(abi.exportedBy('PyArray_Zeros')).toBeUndefined();
  });
});

describe('judging an extension', () => {
  it('tells private symbols, symbols that are too new, and foreign ones apart', () => {
    const symbols = ['Py_IncRef', 'PyObject_GetBuffer', '_PyObject_GetDictPtr', 'PyArray_Zeros'];
    expect(judgeStableAbi(symbols, 8, abi)).toMatchObject({
      outside: [{ symbol: '_PyObject_GetDictPtr' }],
      tooNew: [{ symbol: 'PyObject_GetBuffer', since: 11 }],
      floor: 11,
    });
    expect(judgeStableAbi(symbols, 11, abi).tooNew).toEqual([]);
  });

  it('of one that asks for nothing gives the oldest release', () => {
    expect(judgeStableAbi([], 2, abi)).toEqual({ outside: [], tooNew: [], floor: 2 });
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
    const symbols = execFileSync('nm', ['-D', '--defined-only', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const names = new Set(symbols.split('\n').map((line) => line.split(' ').at(-1) ?? ''));
    return names.has('Py_IncRef') ? { minor: Number(minor), names } : undefined;
  } catch {
    return undefined;
  }
}

const host = hostExports();

it.skipIf(host === undefined)(
  'the host has what the table says (skipped without nm and python3)',
  () => {
    const promised = Object.values(stable.added)
      .flat()
      .filter((name) => (abi.since(name) ?? 99) <= (host?.minor ?? 0));
    const missing = promised.filter(
      (name) => abi.conditionOf(name) === undefined && host?.names.has(name) !== true,
    );
    expect(missing).toEqual([]);
  },
);
