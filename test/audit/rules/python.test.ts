import { describe, expect, it } from 'vitest';
import type { ElfFacts, NativeFacts } from '../../../src/audit/index.ts';
import { parseWheelFilename } from '../../../src/packaging/index.ts';
import type { Finding } from '../../../src/support/finding.ts';
import { auditOf, findingsOf } from '../../support/audit-subject.ts';
import { elfFacts, nativeFacts, symbolSet } from '../../support/native-facts.ts';

/** A module with the init function of its name, and these imports. */
function module(
  path: string,
  imports: readonly string[],
  changes: Partial<ElfFacts> = {},
): NativeFacts {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const exports = symbolSet(`PyInit_${base.slice(0, base.indexOf('.'))}`);
  const symbols = { ...elfFacts().symbols, imports: ['PyModuleDef_Init', ...imports], exports };
  return nativeFacts(path, { symbols, ...changes });
}

async function said(
  code: Finding['code'],
  tags: string,
  natives: readonly NativeFacts[],
): Promise<readonly Finding[]> {
  const filename = parseWheelFilename(`pkg-1.0-${tags}.whl`);
  return findingsOf(code, natives, { tags: filename.tags });
}

const LINUX = 'manylinux_2_28_x86_64';
const CP312 = 'cpython-312-x86_64-linux-gnu.so';

describe('a module of the stable ABI', () => {
  it('that uses nothing else is fine', async () => {
    const natives = [module('m.abi3.so', ['PyLong_FromLong', 'PyArray_API'])];
    expect(await said('audit/abi3-outside', `cp38-abi3-${LINUX}`, natives)).toEqual([]);
    expect(await said('audit/abi3-too-new', `cp38-abi3-${LINUX}`, natives)).toEqual([]);
  });

  it.each([
    // Gone after 3.11, and so an error; exported by all of them, and so a warning.
    ['PyUnicode_AsUnicode', 'error'],
    ['PyRun_String', 'warning'],
  ])('that uses %s beyond it gives an %s', async (symbol, severity) => {
    const found = await said('audit/abi3-outside', `cp38-abi3-${LINUX}`, [
      module('m.abi3.so', [symbol]),
    ]);
    expect(found).toMatchObject([{ severity, path: 'm.abi3.so' }]);
    expect(found[0]?.evidence).toContain(symbol);
  });

  it('that is too new for its tag says which tag would be right', async () => {
    const natives = [module('m.abi3.so', ['PyObject_GetTypeData'])];
    expect(await said('audit/abi3-too-new', `cp38-abi3-${LINUX}`, natives)).toMatchObject([
      {
        severity: 'error',
        evidence: 'cp38-abi3: PyObject_GetTypeData since 3.12',
        hint: expect.stringContaining('cp312-abi3') as string,
      },
    ]);
    expect(await said('audit/abi3-too-new', `cp312-abi3-${LINUX}`, natives)).toEqual([]);
  });

  it('that the oldest Python exports all the same is a warning', async () => {
    const natives = [module('m.abi3.so', ['PyUnicode_AsUTF8AndSize'])];
    expect(await said('audit/abi3-too-new', `cp39-abi3-${LINUX}`, natives)).toMatchObject([
      { severity: 'warning' },
    ]);
  });

  it('could be made of a module that uses nothing else', async () => {
    const natives = [module(`m.${CP312}`, ['PyLong_FromLong'])];
    expect(await said('audit/could-be-abi3', `cp312-cp312-${LINUX}`, natives)).toMatchObject([
      {
        severity: 'info',
        evidence:
          '1 module, nothing newer than 3.5; one wheel for 3.12 to 3.15 saves 3 files a platform',
      },
    ]);
    const other = [...natives, module(`n.${CP312}`, ['_PyObject_GetDictPtr'])];
    expect(await said('audit/could-be-abi3', `cp312-cp312-${LINUX}`, other)).toEqual([]);
  });

  it('needs another tag only where it is one already', async () => {
    const natives = [module('m.abi3.so', ['PyLong_FromLong'])];
    expect(await said('audit/could-be-abi3', `cp312-cp312-${LINUX}`, natives)).toMatchObject([
      { hint: expect.stringContaining('Tag it cp312-abi3') as string },
    ]);
  });

  it('could not be made where a library calls Python for the module', async () => {
    const clean = module(`m.${CP312}`, ['PyLong_FromLong']);
    const symbols = { ...elfFacts().symbols, imports: ['_PyObject_GetDictPtr'] };
    const helped = [clean, nativeFacts('p/libhelper.so', { symbols })];
    expect(await said('audit/could-be-abi3', `cp312-cp312-${LINUX}`, helped)).toEqual([]);
    const bound = [
      module(`m.${CP312}`, ['PyLong_FromLong'], { needed: ['libboost_python312.so.1.90.0'] }),
    ];
    expect(await said('audit/could-be-abi3', `cp312-cp312-${LINUX}`, bound)).toEqual([]);
  });
});

describe('a module of one Python', () => {
  it.each([
    ['312', 'PyUnicode_AsUnicode went after 3.11'],
    ['37', 'PyFrame_GetBack came with 3.9'],
  ])('of 3%s that its release does not have: %s', async (version, evidence) => {
    const minor = version === '37' ? '37m' : version;
    const [symbol = ''] = evidence.split(' ');
    const natives = [module(`m.cpython-${minor}-x86_64-linux-gnu.so`, [symbol])];
    const tags = `cp${version}-cp${minor}-${LINUX}`;
    expect(await said('audit/python-symbol-missing', tags, natives)).toMatchObject([{ evidence }]);
  });
});

describe('an init function', () => {
  const noInit = { ...elfFacts().symbols, imports: ['PyList_New'] };

  it('is missing in a module that calls Python and exports none of its name', async () => {
    const natives = [nativeFacts(`p/m.${CP312}`, { symbols: noInit })];
    expect(await said('audit/no-module-init', `cp312-cp312-${LINUX}`, natives)).toMatchObject([
      { path: `p/m.${CP312}` },
    ]);
  });

  it('is not asked of a library that never calls Python', async () => {
    const natives = [nativeFacts('p/_strxor.abi3.so')];
    expect(await said('audit/no-module-init', `cp37-abi3-${LINUX}`, natives)).toEqual([]);
  });

  it.each([
    ['p/__init__', 'PyInit_p'],
    ['p/m', 'PyModExport_m'],
    ['p/m', '_cffi_pypyinit_m'],
  ])('of %s may be %s', async (path, hook) => {
    const symbols = { ...noInit, exports: symbolSet(hook) };
    const natives = [nativeFacts(`${path}.${CP312}`, { symbols })];
    expect(await said('audit/no-module-init', `cp312-cp312-${LINUX}`, natives)).toEqual([]);
  });
});

describe('libpython', () => {
  it('must not be linked by a module', async () => {
    const natives = [
      module(`m.${CP312}`, [], { needed: ['libpython3.12.so.1.0'] }),
      nativeFacts('p/bin/tool', { kind: 'pie', needed: ['libpython3.12.so.1.0'] }),
    ];
    const found = await said('audit/links-libpython', `cp312-cp312-${LINUX}`, natives);
    expect(found.map(({ path, severity }) => `${path} ${severity}`)).toEqual([
      `m.${CP312} error`,
      'p/bin/tool warning',
    ]);
  });

  it.each([
    [`m.${CP312}`, 'error'],
    ['libpython3.12.so.1.0', 'info'],
    ['tool', 'warning'],
  ])('inside %s is an %s', async (path, severity) => {
    const exports = symbolSet('Py_InitializeEx', 'PyEval_EvalCode', 'PyInit_m');
    const natives = [nativeFacts(path, { symbols: { ...elfFacts().symbols, exports } })];
    const found = await said('audit/static-libpython', `cp312-cp312-${LINUX}`, natives);
    expect(found).toMatchObject([{ severity }]);
  });
});

describe('an old Python', () => {
  const python2 = (symbol: string): NativeFacts => {
    const symbols = { ...elfFacts().symbols, imports: [symbol], exports: symbolSet('initm') };
    return nativeFacts('m.so', { symbols });
  };

  it.each([
    ['cp27-cp27mu', 'PyUnicodeUCS2_AsUTF8String', ['error']],
    ['cp27-cp27m', 'PyUnicodeUCS4_AsUTF8String', ['error']],
    ['cp27-cp27m', 'PyUnicodeUCS2_AsUTF8String', ['warning']],
    ['cp27-cp27mu', 'PyUnicodeUCS4_AsUTF8String', []],
  ])('%s with %s gives %j', async (tags, symbol, severities) => {
    const found = await said('audit/python2-unicode', `${tags}-manylinux1_x86_64`, [
      python2(symbol),
    ]);
    expect(found.map(({ severity }) => severity)).toEqual(severities);
  });

  it.each(['PyUnicodeUCS2_AsUTF8String', 'PyFPE_jbuf'])(
    'of %s meets no baseline',
    async (symbol) => {
      const audit = await auditOf([python2(symbol)]);
      expect(audit.overallTag).toBe('linux_x86_64');
      expect(audit.verdicts.at(-1)?.blockers).toMatchObject([{ kind: 'abi', symbol }]);
    },
  );

  it('with fpectl is refused by all others', async () => {
    const natives = [python2('PyFPE_jbuf')];
    expect(await said('audit/pyfpe', 'cp27-cp27mu-manylinux1_x86_64', natives)).toHaveLength(1);
  });
});

describe('a wheel for one Python', () => {
  it('without a module could be for all', async () => {
    const natives = [nativeFacts('p/libx.so')];
    const code = 'audit/could-be-any-python';
    expect(await said(code, `cp312-cp312-${LINUX}`, natives)).toMatchObject([
      { evidence: '1 native file; one wheel for 3.12 to 3.15 saves 3 files a platform' },
    ]);
    expect(await said(code, `py3-none-${LINUX}`, natives)).toEqual([]);
    expect(
      await said(code, `cp312-cp312-${LINUX}`, [...natives, module(`m.${CP312}`, [])]),
    ).toEqual([]);
    const bound = { ...elfFacts().symbols, imports: ['PyList_New'] };
    const library = nativeFacts('p/liby.so', { symbols: bound });
    expect(await said(code, `cp312-cp312-${LINUX}`, [library])).toEqual([]);
  });
});

describe('the GIL', () => {
  it('is told of modules that do not declare to need none', async () => {
    const natives = (['declared', 'not-declared', 'unknown', undefined] as const).map(
      (gil, index) => module(`m${index}.cpython-314t-x86_64-linux-gnu.so`, [], { gil }),
    );
    const found = await said('audit/gil-not-declared', `cp314-cp314t-${LINUX}`, natives);
    expect(found.map(({ path }) => path)).toEqual(['m1.cpython-314t-x86_64-linux-gnu.so']);
  });
});
