/** The pure parts: spellings, requirements, bills, version files, build files. */
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { parseRequirement, parseVersion, specifierSetContains } from '../../src/packaging/index.ts';
import { promoteBuildFile } from '../../src/promote/text/build-files.ts';
import { jsonScalars, replaceJson } from '../../src/promote/text/json-strings.ts';
import { promotePython } from '../../src/promote/text/python-version.ts';
import { rewriteRequirement } from '../../src/promote/text/requirement-pins.ts';
import { promoteSbom } from '../../src/promote/text/sbom.ts';
import { replaceSpelled, spellingsOf } from '../../src/promote/text/spellings.ts';
import { VersionSearch } from '../../src/promote/remaining/search.ts';
import { versionChange, type VersionChanges } from '../../src/promote/version-change.ts';

const RC = '3.12.0rc20261119';
const change = versionChange('iree-base-runtime', parseVersion(RC), parseVersion('3.12.0'));
const changes: VersionChanges = new Map([[change.project, change]]);

describe('spellings of a version', () => {
  it.each([
    '3.12.0rc20261119',
    '3.12.0-rc.20261119',
    '3.12.0_RC20261119',
    '3.12.0.rc20261119',
    '3.12.0c20261119',
    '3.12.0preview20261119',
    '3.12rc20261119',
    '3.12.0.0-pre-20261119',
  ])('%s is one', (text) => {
    expect(replaceSpelled(`a v${text}, b`, spellingsOf(change.from), '3.12.0')).toBe(
      'a v3.12.0, b',
    );
  });

  it.each([
    '13.12.0rc20261119',
    '1.3.12.0rc20261119',
    '3.12.0rc202611190',
    '3.12.1rc20261119',
    '3.12.0b20261119',
    '3.12.0',
    '3.120rc20261119',
  ])('%s is none', (text) => {
    expect(replaceSpelled(text, spellingsOf(change.from), 'X')).toBe(text);
  });

  it('of a plain release end where another version goes on', () => {
    const plain = spellingsOf(parseVersion('1.2.0'));
    const text = '1.2.0 1.2.0rc1 1.2.0.post1 1.2.0.1 1.2 v1.2.0, 1.2.0.';
    expect(replaceSpelled(text, plain, 'X')).toBe('X 1.2.0rc1 1.2.0.post1 1.2.0.1 X vX, X.');
  });
});

describe('requirements on members', () => {
  it.each([
    [`iree-base-runtime==${RC}`, 'iree-base-runtime==3.12.0', 'rewritten'],
    [
      `IREE_Base.Runtime [io , x] (== ${RC}) ; extra == 'io'`,
      `IREE_Base.Runtime [io , x] (== 3.12.0) ; extra == 'io'`,
      'rewritten',
    ],
    ['iree-base-runtime == 3.12.0-rc.20261119', 'iree-base-runtime == 3.12.0', 'rewritten'],
    [`iree-base-runtime===${RC}`, 'iree-base-runtime===3.12.0', 'rewritten'],
    [`iree-base-runtime ~= ${RC},!=3.12.1`, 'iree-base-runtime ~= 3.12.0,!=3.12.1', 'rewritten'],
    [`iree-base-runtime>=${RC},<4`, 'iree-base-runtime>=3.12.0,<4', 'rewritten'],
    ['iree-base-runtime==3.12.*', 'iree-base-runtime==3.12.*', 'holds'],
    ['iree-base-runtime>=3.10', 'iree-base-runtime>=3.10', 'holds'],
    ['iree-base-runtime', 'iree-base-runtime', 'untouched'],
    [`numpy==${RC}`, `numpy==${RC}`, 'untouched'],
    ['iree-base-runtime==3.11.*', 'iree-base-runtime==3.11.*', 'excludes'],
    ['iree-base-runtime==3.12.0rc20261118', 'iree-base-runtime==3.12.0rc20261118', 'excludes'],
    [`iree-base-runtime>${RC},<3.12`, `iree-base-runtime>${RC},<3.12`, 'excludes'],
    ['iree-base-runtime @ file:///x.whl', 'iree-base-runtime @ file:///x.whl', 'reference'],
    ['not a requirement ==', 'not a requirement ==', 'untouched'],
  ])('%s', (before, after, outcome) => {
    expect(rewriteRequirement(before, changes)).toMatchObject({ before, after, outcome });
  });

  it('take the new version and keep extras and markers, whatever is around the pin', () => {
    const blank = fc.constantFrom('', ' ', '  ');
    fc.assert(
      fc.property(
        fc.record({
          extras: fc.constantFrom('', '[a]', '[a, b]', '[ a ]'),
          operator: fc.constantFrom('==', '~=', '>=', '<='),
          blanks: fc.tuple(blank, blank, blank),
          more: fc.constantFrom('', ', !=3.11', ',>=3.0', ', <4 '),
          parens: fc.boolean(),
          marker: fc.constantFrom('', ' ; python_version < "4"', '; extra == "a"'),
        }),
        ({ extras, operator, blanks: [one, two, three], more, parens, marker }) => {
          const clauses = `${operator}${two}${RC}${three}${more}`;
          const text = `iree-base-runtime${one}${extras}${one}${parens ? `(${clauses})` : clauses}${marker}`;
          const { after, outcome } = rewriteRequirement(text, changes);
          expect(outcome).toBe('rewritten');
          const [old, promoted] = [text, after].map((each) => parseRequirement(each));
          expect(promoted?.extras).toEqual(old?.extras);
          expect(promoted?.marker).toEqual(old?.marker);
          expect(specifierSetContains(promoted?.specifier ?? [], '3.12.0')).toBe(true);
          expect(after).not.toContain('rc');
          expect(after.replace('3.12.0', RC)).toBe(text);
        },
      ),
    );
  });
});

describe('bills of materials', () => {
  const bill = (text: object): string =>
    Buffer.from(
      promoteSbom(Buffer.from(JSON.stringify(text, undefined, 1)), changes) ?? '',
    ).toString();

  it('of SPDX: package, purl, identifiers and what refers to them', () => {
    const document = {
      spdxVersion: 'SPDX-2.3',
      documentNamespace: `https://example.org/iree-base-runtime-${RC}-uuid`,
      packages: [
        {
          SPDXID: `SPDXRef-Package-iree-base-runtime-${RC}`,
          name: 'iree_base_runtime',
          versionInfo: RC,
          externalRefs: [{ referenceLocator: `pkg:pypi/iree-base-runtime@${RC}` }],
        },
        { SPDXID: 'SPDXRef-other', name: 'other', versionInfo: RC },
      ],
      relationships: [{ relatedSpdxElement: `SPDXRef-Package-iree-base-runtime-${RC}` }],
    };
    const expected = JSON.parse(
      JSON.stringify(document).replaceAll(RC, '3.12.0'),
    ) as typeof document;
    const other = expected.packages[1];
    if (other !== undefined) other.versionInfo = RC;
    expect(JSON.parse(bill(document))).toEqual(expected);
  });

  it('that are none, or have nothing of the set, stay as they are', () => {
    for (const text of ['{}', 'no json', '[]', '{"bomFormat": "CycloneDX", "version": 1}'])
      expect(promoteSbom(Buffer.from(text), changes)).toBeUndefined();
  });

  it('are changed in single values: everything else keeps its bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const scalars = jsonScalars(text);
        for (const { value: scalar, start, end } of scalars)
          expect(JSON.parse(text.slice(start, end))).toEqual(scalar);
        const same = scalars.map((scalar) => ({ scalar, value: scalar.value }));
        expect(JSON.parse(replaceJson(text, same))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('version files', () => {
  it.each([
    [
      'pkg/version.py',
      `VERSION = "${RC}"\nOTHER = "${RC}"\n`,
      `VERSION = "3.12.0"\nOTHER = "${RC}"\n`,
    ],
    [
      'pkg/_version.py',
      `__version__ = version = 'v3.12.0-rc.20261119'\n`,
      `__version__ = version = 'v3.12.0'\n`,
    ],
    ['pkg/_version.py', `__version__: str = "${RC}"\n`, '__version__: str = "3.12.0"\n'],
    [
      'pkg/_version.py',
      `version_tuple = (3, 12, 0, 'rc20261119')\n`,
      'version_tuple = (3, 12, 0)\n',
    ],
    [
      'pkg/__init__.py',
      `__version__ = "${RC}"\nversion = "${RC}"\n`,
      `__version__ = "3.12.0"\nversion = "${RC}"\n`,
    ],
    ['pkg/other.py', `__version__ = "${RC}"\n`, `__version__ = "${RC}"\n`],
    ['pkg/version.py', `VERSION = "${RC}+local"\n`, `VERSION = "${RC}+local"\n`],
  ])('%s: %s', (path, before, after) => {
    expect(promotePython(path, before, change)).toBe(after);
  });
});

describe('files that backends read', () => {
  const promoted = (path: string, text: string): string =>
    promoteBuildFile(path, text, { own: change, changes });

  it('state the version, and pins of members', () => {
    const text = [
      '[project]',
      `version = "${RC}"`,
      `dependencies = ["iree_base_runtime[io]==${RC} ; python_version > '3'", "numpy>=1", "xiree-base-runtime==${RC}"]`,
      '',
    ].join('\n');
    expect(promoted('pyproject.toml', text)).toBe(
      text
        .replaceAll(RC, '3.12.0')
        .replace('xiree-base-runtime==3.12.0', `xiree-base-runtime==${RC}`),
    );
    expect(promoted('sub/pyproject.toml', text)).toBe(text);
    expect(promoted('setup.cfg', `[metadata]\nversion = ${RC}\n`)).toBe(
      '[metadata]\nversion = 3.12.0\n',
    );
    expect(promoted('setup.py', `setup(name="x", version="${RC}", y=1)\n`)).toBe(
      'setup(name="x", version="3.12.0", y=1)\n',
    );
    expect(promoted('x.egg-info/requires.txt', `iree-base-runtime==${RC}\n\n[io]\nnumpy\n`)).toBe(
      'iree-base-runtime==3.12.0\n\n[io]\nnumpy\n',
    );
  });
});

describe('the search for what is left', () => {
  it('finds every spelling once, wherever pieces are cut, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              RC,
              '3.12.0-rc.20261119',
              '3.12.0C20261119',
              '13.12.0rc20261119',
              '3.12.0',
              '20261119',
              '1.3.12.0rc20261119',
            ),
            fc.string({ unit: fc.constantFrom('a', '.', ' ', '\0', '\n', 'z'), maxLength: 300 }),
          ),
          { maxLength: 12 },
        ),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        (parts, sizes) => {
          const bytes = Buffer.from(parts.join(' '), 'latin1');
          const spellings = spellingsOf(change.from);
          const expected = [...bytes.toString('latin1').matchAll(spellings.pattern)].map(
            (match) => match.index,
          );
          const search = new VersionSearch([spellings]);
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            search.push(bytes.subarray(at, at + size));
            at += size;
          }
          const { count, found } = search.finish();
          expect(count).toBe(expected.length);
          expect(found.map(({ offset }) => offset)).toEqual(expected.slice(0, 20));
        },
      ),
    );
  });

  it('reads UTF-16 in native files', () => {
    const search = new VersionSearch([spellingsOf(change.from)]);
    search.push(Buffer.concat([Buffer.from('x'), Buffer.from(`v${RC}\0`, 'utf16le')]));
    expect(search.finish()).toMatchObject({ count: 1, found: [{ offset: 3, text: RC }] });
  });
});
