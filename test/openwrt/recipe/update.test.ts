import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importRecipe } from '../../../src/openwrt/import/index.ts';
import {
  deriveRecipe,
  readSdistSubject,
  updateRecipe,
  type RecipeUpdate,
  type SdistSubject,
} from '../../../src/openwrt/recipe/index.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { anyPython } from '../bytecode/interpreters.ts';
import { writeSdist, type SdistContents } from '../../support/sdist-file.ts';

const RECIPE = `# ours\r
include $(TOPDIR)/rules.mk

PKG_NAME:=python-spam
PKG_VERSION:=1.0  # pinned
PKG_RELEASE:=7

PYPI_NAME:=spam
PKG_HASH:=aaaa
PKG_BUILD_DEPENDS:=python-setuptools/host python-wheel/host libffi/host

include ../pypi.mk
include $(INCLUDE_DIR)/package.mk
include ../python3-package.mk

define Package/python3-spam
  SECTION:=lang
  TITLE:=Spam
  DEPENDS:= \\
\t  +python3-light  \\
\t  +python3-six  \\
\t  +libffi  \\
\t  $(RUST_ARCH_DEPENDS)
  URL:=https://spam.example
endef

$(eval $(call Py3Package,python3-spam))
$(eval $(call BuildPackage,python3-spam))
$(eval $(call BuildPackage,python3-spam-src))
`;

async function updated(
  text: string,
  writeDepends: boolean,
  python?: string,
): Promise<RecipeUpdate & { sha256: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
  const path = await writeSdist(folder, {
    name: 'spam',
    version: '2.0rc1',
    metadata: ['Requires-Dist: requests'],
    files: { 'spam.py': '' },
  });
  const subject = await readSdistSubject(path, '3.13');
  const result = await updateRecipe(text, subject, {
    release: openWrtRelease('25.12'),
    maintainers: [],
    extras: [],
    twoInterpreters: false,
    path: 'Makefile',
    writeDepends,
    ...(python === undefined ? {} : { python }),
  });
  return { ...result, sha256: subject.sha256 };
}

describe('an update', () => {
  test('changes version, hash and release, and no other byte', async () => {
    const { text, changes, sha256 } = await updated(RECIPE, false);
    expect(text).toBe(
      RECIPE.replace('VERSION:=1.0', 'VERSION:=2.0rc1')
        .replace('RELEASE:=7', 'RELEASE:=1')
        .replace('aaaa', sha256),
    );
    expect(changes).toEqual([
      { name: 'PKG_VERSION', line: 5, from: '1.0', to: '2.0rc1' },
      { name: 'PKG_HASH', line: 9, from: 'aaaa', to: sha256 },
      { name: 'PKG_RELEASE', line: 6, from: '7', to: '1' },
    ]);
  });

  test('names a file that is no longer called like the project', async () => {
    const plain = await updated(RECIPE, false);
    for (const [line, end] of [
      ['PYPI_NAME:=Spam\r\n', '\r\n'],
      ['PYPI_NAME:= \\\n  Spam\n', '\n'],
    ] as const) {
      const { text } = await updated(
        RECIPE.replace('PYPI_NAME:=spam\n', () => line),
        false,
      );
      const now = `${line}PYPI_SOURCE_NAME:=spam${end}`;
      expect(text).toBe(plain.text.replace('PYPI_NAME:=spam\n', () => now));
    }
    const { changes, notes } = await updated(RECIPE.replace(':=spam', ':=Spam'), false);
    expect(changes.at(-1)).toEqual({ name: 'PYPI_SOURCE_NAME', line: 9, to: 'spam' });
    const twice = RECIPE.replace('PYPI_NAME:=spam', 'PYPI_NAME:=Spam\nPYPI_NAME:=SPAM');
    expect(notes).toEqual([]);
    expect((await updated(twice, false)).notes).toEqual([
      'the file is called spam now: set PYPI_SOURCE_NAME',
    ]);
  });

  test('tells that the version goes back, and brings the list at its top to the sdist', async () => {
    const newer = RECIPE.replace('VERSION:=1.0', 'VERSION:=2.0');
    expect((await updated(newer, false)).notes).toEqual([
      'a downgrade: 2.0rc1 is older than 2.0, and devices that have that keep it',
    ]);
    for (const other of ['2.0rc1', '1.0_p1'])
      expect((await updated(newer.replace(':=2.0', `:=${other}`), false)).notes).toEqual([]);
    const item = 'DEPENDS: native code, or what may be; the libraries that it links with';
    const { text, notes } = await updated(`# TODO\n# - ${item}\n# - ask Ann\n${RECIPE}`, false);
    expect(text).toContain('# TODO\n# - PKG_VERSION: apk does not take 2.0rc1');
    expect(text).not.toContain(item);
    expect(text).toContain('# - ask Ann\n# ours');
    expect(notes).toEqual([
      `no longer so, and gone from the TODO at the top: ${item}`,
      expect.stringContaining('new in the TODO at the top: PKG_VERSION: apk does not take 2.0rc1'),
    ]);
  });

  test('tells what dependencies are missing, and which nothing asks for', async () => {
    const { depends, buildDepends } = await updated(RECIPE, false);
    expect(depends).toMatchObject([
      {
        package: 'python3-spam',
        missing: ['+python3-requests'],
        superfluous: ['+python3-six'],
        kept: ['+libffi', '$(RUST_ARCH_DEPENDS)'],
        canWrite: true,
      },
    ]);
    expect(buildDepends).toEqual({
      missing: [],
      superfluous: ['python-wheel/host'],
      written: false,
    });
  });

  test('does not call superfluous what is imported undeclared, or for an extra', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    const path = await writeSdist(folder, {
      name: 'spam',
      version: '2.0',
      metadata: ['Provides-Extra: fast', 'Requires-Dist: idna; extra == "fast"'],
      files: {
        'spam.py':
          'import yaml\ntry:\n    import six\nexcept ImportError:\n    six = None\ndef f():\n    import idna\n',
      },
    });
    const depends =
      'DEPENDS:=+python3-light +python3-yaml +python3-six +python3-idna +python3-click';
    const text = RECIPE.replace(/DEPENDS:= \\[^]*?\n {2}URL/, () => `${depends}\n  URL`);
    const result = await updateRecipe(text, await readSdistSubject(path, '3.13'), {
      release: openWrtRelease('25.12'),
      maintainers: [],
      extras: [],
      twoInterpreters: false,
      path: 'Makefile',
      writeDepends: false,
      python: anyPython.path,
    });
    expect(result.depends).toMatchObject([{ missing: [], superfluous: ['+python3-click'] }]);
  });

  test.each<{ why: RegExp; contents: Partial<SdistContents>; python?: string | undefined }>([
    {
      why: /^which modules the build installs cannot be told/,
      contents: { files: { 'setup.py': '' } },
    },
    {
      why: /\(Dynamic\)$/,
      contents: { metadata: ['Dynamic: Requires-Dist', 'Requires-Dist: idna'] },
    },
    {
      why: /^"not a name!" of Requires-Dist/,
      contents: { metadata: ['Requires-Dist: not a name!'] },
    },
    {
      why: /^what requests\[socks\]>=2 requires for its extra is not known$/,
      contents: { metadata: ['Requires-Dist: requests[socks]>=2'] },
    },
    { why: /^metadata from before version 2\.2/, contents: { metadata: [] } },
    {
      why: /^what spam\.py imports is not known$/,
      contents: { files: { 'spam.py': 'import (\n' } },
    },
    {
      why: /^what native code imports/,
      contents: { files: { 'spam.py': '', 'spam/_fast.pyx': '' } },
    },
    { why: /^no Python read the imports$/, contents: {}, python: undefined },
    { why: /^$/, contents: {} },
    {
      why: /^$/,
      contents: { metadata: [], files: { 'spam.py': '', 'spam.egg-info/SOURCES.txt': '' } },
    },
  ])(
    'takes out of DEPENDS only what is known not to be needed: $why',
    async ({ why, contents, ...reader }) => {
      const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
      const path = await writeSdist(folder, {
        name: 'spam',
        version: '2.0',
        metadata: ['Requires-Dist: idna'],
        files: { 'spam.py': '' },
        ...contents,
      });
      const { python } = { python: anyPython.path, ...reader };
      const { text, depends } = await updateRecipe(RECIPE, await readSdistSubject(path, '3.13'), {
        release: openWrtRelease('25.12'),
        maintainers: [],
        extras: [],
        twoInterpreters: false,
        path: 'Makefile',
        writeDepends: true,
        ...(python === undefined ? {} : { python }),
      });
      expect(depends).toMatchObject([{ superfluous: ['+python3-six'] }]);
      expect(depends[0]?.unknown.join('; ')).toMatch(why);
      expect(text.includes('+python3-six')).toBe(depends[0]?.unknown.length !== 0);
    },
  );

  test('does not call superfluous what is required on some machines', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    const path = await writeSdist(folder, {
      name: 'spam',
      version: '2.0',
      metadata: ['Requires-Dist: six; platform_machine == "x86_64"'],
      files: { 'spam.py': '' },
    });
    const { depends } = await updateRecipe(RECIPE, await readSdistSubject(path, '3.13'), {
      release: openWrtRelease('25.12'),
      maintainers: [],
      extras: [],
      twoInterpreters: false,
      path: 'Makefile',
      writeDepends: false,
      python: anyPython.path,
    });
    expect(depends).toMatchObject([{ missing: [], superfluous: [], unknown: [] }]);
  });

  test('tells it of both variants of a recipe for two interpreters, and writes the condition of the others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    const at = async (version: string, metadata: string[]): Promise<SdistSubject> =>
      readSdistSubject(
        await writeSdist(folder, { name: 'spam', version, metadata, files: { 'spam.py': '' } }),
        '3.13',
      );
    const options = {
      release: openWrtRelease('25.12'),
      maintainers: [],
      extras: [],
      python: anyPython.path,
    };
    const made = await deriveRecipe(
      await at('1.0', ['Requires-Dist: requests', 'Requires-Dist: enum34; python_version < "3.4"']),
      { ...options, twoInterpreters: true },
    );
    const before = made.files[0]?.text ?? '';
    const newer = await at('2.0', [
      'Requires-Dist: jmespath',
      'Requires-Dist: enum34; python_version < "3.4"',
      'Requires-Dist: idna; python_version >= "3"',
    ]);
    const result = await updateRecipe(before, newer, {
      ...options,
      twoInterpreters: false,
      path: 'Makefile',
      writeDepends: true,
    });
    const two = '+PACKAGE_python-spam:';
    const three = '+PACKAGE_python3-spam:';
    expect(result.depends).toMatchObject([
      {
        package: 'python-spam',
        interpreter: 'python2',
        missing: [`${two}python-jmespath`],
        superfluous: [`${two}python-requests`],
        proposed: ['python', 'python-enum34', 'python-jmespath'].map((each) => two + each),
      },
      {
        package: 'python3-spam',
        interpreter: 'python3',
        missing: [`${three}python3-idna`, `${three}python3-jmespath`],
        superfluous: [`${three}python3-requests`],
      },
    ]);
    expect(result.buildDepends).toMatchObject({ missing: [], superfluous: [] });
    expect(importRecipe(result.text, { path: '' }).definition.package).toMatchObject(
      result.depends.map(({ package: name, proposed }) => ({ name, depends: proposed })),
    );

    const byHand = before
      .replaceAll('python-enum34', 'python-compiler +python-codecs +IPV6:python-six')
      .replaceAll(three, '+');
    const mended = await updateRecipe(byHand, newer, {
      ...options,
      twoInterpreters: false,
      path: 'Makefile',
      writeDepends: false,
    });
    expect(mended.depends).toMatchObject([
      {
        missing: ['+python-jmespath', '+python-enum34'],
        superfluous: [`${two}python-requests`],
        kept: ['+IPV6:python-six'],
      },
      { missing: ['+python3-idna', '+python3-jmespath'], superfluous: ['+python3-requests'] },
    ]);
  });

  test('writes DEPENDS as it was laid out when asked to', async () => {
    const { text } = await updated(RECIPE, true, anyPython.path);
    expect(text).toContain(
      '  DEPENDS:= \\\n\t  +python3-light \\\n\t  +libffi \\\n\t  $(RUST_ARCH_DEPENDS) \\\n\t  +python3-requests\n  URL',
    );
    const [before = '', , after = ''] = RECIPE.split(/DEPENDS:= |(?<=\n) {2}URL/);
    const flat = `${before}DEPENDS:=+python3 +python3-six\n  URL${after}`;
    const again = await updated(flat, true, anyPython.path);
    expect(again.text).toContain('  DEPENDS:=+python3 +python3-requests\n  URL');
  });

  test('adds what the build requires to PKG_BUILD_DEPENDS when asked to, and takes nothing out', async () => {
    const line = 'PKG_BUILD_DEPENDS:=python-setuptools/host python-wheel/host libffi/host\n';
    const written = async (to: string): Promise<string> =>
      (
        await updated(
          RECIPE.replace(line, () => to),
          true,
        )
      ).text;
    expect(await written(line)).toContain(line);
    expect(await written('PKG_BUILD_DEPENDS:=libffi/host  # for cffi\r\n')).toContain(
      '\nPKG_BUILD_DEPENDS:=libffi/host python-setuptools/host  # for cffi\r\n\ninclude ../pypi.mk\n',
    );
    expect(await written('')).toContain(
      '\n\nPKG_BUILD_DEPENDS:=python-setuptools/host\n\ninclude ../pypi.mk\n',
    );
    const conditional = 'ifeq ($(X),y)\nPKG_BUILD_DEPENDS:=libffi/host\nendif\n';
    expect(await written(conditional)).toContain(`\n${conditional}`);
    const hostOnly = 'PKG_HOST_ONLY:=1\n';
    expect(await written(hostOnly)).not.toContain('PKG_BUILD_DEPENDS');
    const { text } = await updated(RECIPE.replace(line, ''), false);
    expect(text).not.toContain('PKG_BUILD_DEPENDS');
  });

  test.each([
    ['recipe/not-plain', RECIPE.replace('PKG_VERSION:=1.0', 'PKG_VERSION:=$(BASE).1')],
    ['recipe/not-plain', RECIPE.replace('PKG_HASH:=aaaa', '')],
    ['recipe/other-project', RECIPE.replace('PYPI_NAME:=spam', 'PYPI_NAME:=eggs')],
  ])('is refused with %s', async (code, text) => {
    await expect(updated(text, false)).rejects.toMatchObject({ code });
  });
});
