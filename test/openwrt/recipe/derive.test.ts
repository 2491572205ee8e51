import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { variantsOf } from '../../../src/openwrt/definition/index.ts';
import { importRecipe } from '../../../src/openwrt/import/index.ts';
import {
  deriveRecipe,
  readSdistSubject,
  type DerivedRecipe,
  type RecipeOptions,
} from '../../../src/openwrt/recipe/index.ts';
import { todoKind } from '../../../src/openwrt/recipe/todo-block.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { hashFile } from '../../../src/support/hash.ts';
import { anyPython } from '../bytecode/interpreters.ts';
import { writeSdist, type SdistContents } from '../../support/sdist-file.ts';
import { buildZip } from '../../support/zip-builder.ts';

const BSD = `Redistribution and use in source and binary forms, with or without
modification, are permitted ... may be used to endorse or promote products derived`;

const REQUESTS: SdistContents = {
  name: 'Spam-Client',
  fileName: 'spam_client',
  version: '1.2.post1',
  metadata: [
    'Summary: Talks to spam servers # for $5.',
    'License-Expression: MIT AND Apache-2.0',
    'License-File: LICENSE',
    'Project-URL: Homepage, https://spam.example/',
    'Requires-Dist: PyYAML>=5',
    'Requires-Dist: et_xmlfile; python_version >= "3.6"',
    'Requires-Dist: pywin32; sys_platform == "win32"',
    'Requires-Dist: rich; extra == "pretty"',
  ],
  files: {
    LICENSE: 'x',
    'pyproject.toml':
      '[build-system]\nrequires = ["setuptools>=61", "Setuptools_SCM", "tomli; python_version < \'3.11\'", "exotic-backend"]\nbuild-backend = "setuptools.build_meta"\n',
    'src/spam_client/__init__.py': 'import json\n',
    'tests/test_it.py': 'import pytest\n',
  },
};

async function derived(
  contents: SdistContents,
  options: Partial<RecipeOptions> = {},
): Promise<DerivedRecipe & { readonly makefile: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
  const path = await writeSdist(folder, contents);
  const recipe = await deriveRecipe(await readSdistSubject(path, '3.13'), {
    release: openWrtRelease('25.12'),
    maintainers: ['Ann <ann@example.org>'],
    extras: [],
    twoInterpreters: false,
    ...options,
  });
  const [makefile] = recipe.files;
  return { ...recipe, makefile: makefile?.text ?? '' };
}

describe('a recipe from an sdist', () => {
  test('has everything that metadata and files tell', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    const { sha256 } = await hashFile(await writeSdist(folder, REQUESTS));
    const { name, makefile, definition } = await derived(REQUESTS);
    expect(name).toBe('python-spam-client');
    for (const line of [
      'PKG_NAME:=python-spam-client',
      'PKG_VERSION:=1.2.post1',
      'PKG_RELEASE:=1',
      'PYPI_NAME:=Spam-Client',
      'PYPI_SOURCE_NAME:=spam_client',
      `PKG_HASH:=${sha256}`,
      'PKG_LICENSE:=MIT Apache-2.0',
      'PKG_LICENSE_FILES:=LICENSE',
      'PKG_MAINTAINER:=Ann <ann@example.org>',
      'PKG_BUILD_DEPENDS:=python-setuptools/host python-setuptools-scm/host',
      'include ../pypi.mk',
      'include $(INCLUDE_DIR)/package.mk',
      'include ../python3-package.mk',
      'define Package/python3-spam-client',
      String.raw`  TITLE:=Talks to spam servers \# for $$$$5`,
      '  URL:=https://spam.example/',
      '  DEPENDS:=+python3-light +python3-yaml +python3-et_xmlfile',
      '$(eval $(call Py3Package,python3-spam-client))',
      '$(eval $(call BuildPackage,python3-spam-client))',
      '$(eval $(call BuildPackage,python3-spam-client-src))',
    ])
      expect(makefile.split('\n')).toContain(line);
    expect(importRecipe(makefile, { path: 'Makefile' }).definition).toEqual(definition);
  });

  test('leaves what cannot be told as things to do, in the file and in the result', async () => {
    const { todo, makefile } = await derived(REQUESTS, { maintainers: [] });
    expect(todo).toEqual([
      'PKG_VERSION: apk does not take 1.2.post1; write 1.2_p1, and name file and folder by PKG_SOURCE and PKG_BUILD_DIR',
      expect.stringMatching(/^PKG_MAINTAINER: /),
      expect.stringMatching(/^PKG_CPE_ID: /),
      expect.stringMatching(/^PKG_BUILD_DEPENDS: .*exotic-backend/),
      expect.stringMatching(/^DEPENDS: parts of the standard library/),
    ]);
    for (const each of todo) expect(makefile).toContain(`# - ${each}\n`);
    expect(makefile).not.toMatch(/^PKG_MAINTAINER/m);
  });

  test('imports its modules in test.sh, and compares the version', async () => {
    const { files } = await derived(REQUESTS);
    const script = files.find(({ path }) => path === 'test.sh');
    expect(script?.mode).toBe(0o755);
    expect(script?.text).toContain('python3-spam-client) python=python3 ;;');
    expect(script?.text).toContain('import spam_client\n');
    expect(script?.text).not.toContain('tests');
    expect(script?.text).toContain('importlib.metadata.version("Spam-Client")');
  });

  test('for two interpreters has two variants that are built apart', async () => {
    const { makefile, definition } = await derived(
      {
        ...REQUESTS,
        metadata: [...(REQUESTS.metadata ?? []), 'Requires-Dist: enum34; python_version < "3.4"'],
      },
      { twoInterpreters: true },
    );
    for (const line of [
      'PKG_SOURCE:=spam_client-$(PKG_VERSION).tar.gz',
      'PKG_SOURCE_URL:=https://files.pythonhosted.org/packages/source/S/Spam-Client',
      'PKG_BUILD_DIR:=$(BUILD_DIR)/$(BUILD_VARIANT)-spam_client-$(PKG_VERSION)',
      'include ../python-package.mk',
      'include ../python3-package.mk',
      '  VARIANT:=python',
      '  VARIANT:=python3',
      '$(eval $(call PyPackage,python-spam-client))',
      '$(eval $(call Py3Package,python3-spam-client))',
      '$(eval $(call BuildPackage,python-spam-client-src))',
    ])
      expect(makefile.split('\n')).toContain(line);
    expect(definition.package.map(({ depends }) => depends)).toEqual([
      [
        '+PACKAGE_python-spam-client:python',
        '+PACKAGE_python-spam-client:python-yaml',
        '+PACKAGE_python-spam-client:python-enum34',
      ],
      [
        '+PACKAGE_python3-spam-client:python3-light',
        '+PACKAGE_python3-spam-client:python3-yaml',
        '+PACKAGE_python3-spam-client:python3-et_xmlfile',
      ],
    ]);
    expect(importRecipe(makefile, { path: 'Makefile' }).definition).toEqual(definition);
  });
});

test('everything to do is of a kind that an update knows again', async () => {
  const contents: SdistContents = {
    name: 'a',
    version: '1.0c1',
    metadata: ['Metadata-Version: 2.2', 'Dynamic: Requires-Dist', 'Requires-Dist: ???'],
    files: {
      'Cargo.toml': '',
      'setup.cfg': '[options.data_files]\netc = x\nshare/doc = x\n/y = x\n',
      x: '',
      'pyproject.toml':
        '[build-system]\nrequires = ["???", "exotic"]\nbuild-backend = "own"\nbackend-path = ["."]\n',
    },
  };
  const { todo } = await derived(contents, { maintainers: [] });
  const more = [
    await derived({ ...contents, files: { 'pyproject.toml': '[', 'a.c': '' } }),
    await derived({
      ...contents,
      metadata: ['License-Expression: MIT OR 0BSD', 'Requires-Python: >=4'],
    }),
    await derived({
      ...contents,
      metadata: ['Classifier: License :: OSI Approved :: Zope Public License'],
    }),
  ].flatMap((each) => each.todo);
  const kinds = [...todo, ...more].map((each) => `${todoKind(each)} ${each}`);
  expect(kinds.filter((each) => each.startsWith('-1'))).toEqual([]);
  // All but what only imports tell.
  expect(new Set(kinds.map((each) => each.split(' ')[0])).size).toBe(19);
});

describe('the licence', () => {
  const plain = (metadata: string[], files: Record<string, string>): SdistContents => ({
    name: 'a',
    version: '1',
    metadata,
    files: { 'a.py': '', ...files },
  });

  test.each([
    ['an expression', plain(['License-Expression: mit'], {}), ['MIT']],
    [
      'classifiers that name one each',
      plain(
        [
          'Classifier: License :: OSI Approved :: MIT License',
          'Classifier: License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)',
        ],
        {},
      ),
      ['MIT', 'MPL-2.0'],
    ],
    [
      'a classifier that the text makes exact',
      plain(['Classifier: License :: OSI Approved :: BSD License'], { 'LICENSE.txt': BSD }),
      ['BSD-3-Clause'],
    ],
    [
      'two classifiers that one text makes exact',
      plain(
        [
          'Classifier: License :: OSI Approved :: Apache Software License',
          'Classifier: License :: OSI Approved :: BSD License',
        ],
        { LICENSE: `Licensed under the Apache License,\n  Version 2.0. Older parts:\n${BSD}` },
      ),
      ['Apache-2.0', 'BSD-3-Clause'],
    ],
    [
      'a field that is an identifier, where a classifier says too little',
      plain(['License: BSD-2-Clause', 'Classifier: License :: OSI Approved :: BSD License'], {}),
      ['BSD-2-Clause'],
    ],
    ['a field of prose tells nothing', plain(['License: do what you want'], {}), []],
    ['nothing', plain([], {}), []],
  ])('from %s', async (_name, contents, licenses) => {
    const { definition, todo } = await derived(contents);
    expect(definition.recipe.license).toEqual(licenses);
    expect(todo.some((each) => each.startsWith('PKG_LICENSE:'))).toBe(licenses.length === 0);
  });

  test('that only one of two classifiers tells exactly is told with the other', async () => {
    const { definition, todo } = await derived(
      plain(
        [
          'Classifier: License :: OSI Approved :: MIT License',
          'Classifier: License :: OSI Approved :: Zope Public License',
        ],
        { LICENSE: BSD },
      ),
    );
    expect(definition.recipe.license).toEqual(['BSD-3-Clause', 'MIT']);
    expect(todo).toContain(
      'PKG_LICENSE: no file at the top of the sdist tells which licence "Zope Public License" means',
    );
  });

  test('that is a choice is told to be one', async () => {
    const { todo } = await derived(plain(['License-Expression: MIT OR Apache-2.0'], {}));
    expect(todo).toContainEqual(expect.stringContaining('MIT OR Apache-2.0'));
  });
});

test('native code is told to need its libraries named', async () => {
  const { todo } = await derived({
    name: 'fast',
    version: '1',
    metadata: ['License-Expression: MIT'],
    files: { 'fast/__init__.py': '', 'src/fast.c': 'int x;' },
  });
  expect(todo).toContainEqual(expect.stringContaining('native code'));
});

test.each([
  ['24.10', '2.0rc1', /^PKG_VERSION: opkg .* write 2\.0~rc1,/],
  ['24.10', '2.0.post1', /^$/],
  ['25.12', '2!1.0', /^PKG_VERSION: apk does not take 2!1\.0, and nothing else says it$/],
  ['25.12', '2.0', /^$/],
  [
    '24.10',
    '3.0',
    /^PKG_VERSION: 3\.0 requires Python >=3\.12, and OpenWrt 24\.10 has 3\.11\.\d+$/,
  ],
  ['25.12', '3.0', /^$/],
])(
  'on %s a version %s is what its package manager takes, or told',
  async (release, version, said) => {
    const { todo } = await derived(
      {
        name: 'a',
        version,
        ...(version === '3.0' ? { metadata: ['Requires-Python: >=3.12'] } : {}),
        files: { 'a.py': '' },
      },
      { release: openWrtRelease(release) },
    );
    const told = todo.filter((each) => each.startsWith('PKG_VERSION'));
    expect(told.join('\n')).toMatch(said);
  },
);

test('modules that the build makes are the own ones, and imported in test.sh', async () => {
  const contents = {
    name: 'fast',
    version: '1',
    files: {
      'fast.egg-info/top_level.txt': 'fast\n_fast\n',
      'src/_fast.c': '',
      'pyproject.toml':
        '[build-system]\nrequires = ["setuptools", "wheel"]\nbuild-backend = "own"\nbackend-path = ["."]\n',
    },
  };
  const { files, todo, definition } = await derived(contents);
  expect(files[1]?.text).toMatch(/^import sys\nimport fast\nimport importlib/m);
  expect(todo).not.toContainEqual(expect.stringContaining('which modules'));
  expect(todo).toContainEqual(expect.stringMatching(/^PKG_BUILD_DEPENDS: own is a backend/));
  expect(definition.build.depends).toEqual(['python-setuptools/host']);
});

test('requirements of older sdists are those of requires.txt', async () => {
  const { definition } = await derived({
    name: 'old',
    version: '1',
    files: {
      'old.py': '',
      'old.egg-info/requires.txt':
        'six\n\n[:python_version < "3"]\nenum34\n\n[:python_version >= "3"]\nidna\n\n[extra]\nrich\n',
    },
  });
  expect(definition.package[0]?.depends).toEqual([
    '+python3-light',
    '+python3-six',
    '+python3-idna',
  ]);
});

test('a folder for sources is installed whole, and without one the module of the name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
  const modulesOf = async (files: Record<string, string>): Promise<readonly string[]> =>
    (
      await readSdistSubject(
        await writeSdist(folder, { name: 'attrs', version: '1', files }),
        '3.13',
      )
    ).modules;
  const source = { 'src/attr/__init__.py': '', 'src/attrs/__init__.py': '', 'tests/a.py': '' };
  expect(await modulesOf(source)).toEqual(['attr', 'attrs']);
  expect(await modulesOf({ 'attrs.py': '', 'setup.py': '', 'other.py': '' })).toEqual(['attrs']);
  expect(await modulesOf({ 'one.py': '', 'setup.py': '', 'tests/a.py': '' })).toEqual(['one']);
  expect(
    await modulesOf({ 'one.py': '', 'two.py': '', 'attrs.egg-info/top_level.txt': 'two\n' }),
  ).toEqual(['two']);
});

test('a zip file is built where its top folder leads to, one for each interpreter', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
  const path = join(folder, 'Spam-1.0.zip');
  const files = { 'PKG-INFO': 'Metadata-Version: 2.1\nName: Spam\nVersion: 1.0\n', 'spam.py': '' };
  const members = Object.entries(files).map(([name, content]) => ({
    name: `Spam-1.0/${name}`,
    content,
  }));
  await writeFile(path, buildZip({ members }));
  const subject = await readSdistSubject(path, '3.13');
  const recipe = await deriveRecipe(subject, {
    release: openWrtRelease('25.12'),
    maintainers: [],
    extras: [],
    twoInterpreters: true,
  });
  expect(recipe.files[0]?.text.split('\n')).toContain('PKG_SOURCE:=Spam-$(PKG_VERSION).zip');
  expect(recipe.definition.build).not.toHaveProperty('unpack');
  expect(variantsOf(recipe.definition).map(({ directory }) => directory)).toEqual([
    '$(BUILD_DIR)/python-spam-python/Spam-1.0',
    '$(BUILD_DIR)/python-spam-python3/Spam-1.0',
  ]);
});

test('what the feed of the release has no package of, and what extras of others ask for, is to do', async () => {
  const contents = {
    name: 'spam',
    version: '1.0',
    metadata: [
      'Requires-Dist: requests[socks]>=2',
      'Requires-Dist: not_in_feed_lib',
      'Requires-Dist: aiohttp',
      'Requires-Dist: win[gui]; sys_platform == "win32"',
      'Requires-Dist: spam[fast]; extra == "all"',
    ],
    files: { 'spam.py': 'import requests, not_in_feed_lib\n' },
  };
  const extra = 'DEPENDS: what requests[socks]>=2 requires for its extra is not known';
  const missing = (release: string, name: string) =>
    expect.stringMatching(
      new RegExp(`^DEPENDS: the feed of ${release} has no ${name}, as of 2026-08-\\d\\d; `),
    ) as unknown;
  for (const python of [undefined, anyPython.path]) {
    const { todo, definition } = await derived(contents, {
      release: openWrtRelease('24.10'),
      extras: ['all'],
      ...(python === undefined ? {} : { python }),
    });
    expect(definition.package[0]?.depends).toContain('+python3-not-in-feed-lib');
    expect(definition.package[0]?.depends).not.toContain('+python3-spam');
    expect(todo.filter((each) => / the feed of |extra/.test(each))).toEqual([
      extra,
      missing('24.10', 'python3-not-in-feed-lib'),
    ]);
    for (const each of todo) expect(todoKind(each)).not.toBe(-1);
  }
  const { todo } = await derived(contents, { release: openWrtRelease('master') });
  expect(todo).toContainEqual(missing('master', 'python3-aiohttp'));
});
