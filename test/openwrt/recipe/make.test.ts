/** GNU make says the same of a recipe and of what is printed from its import. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  printDefinition,
  readDefinition,
  variantsOf,
} from '../../../src/openwrt/definition/index.ts';
import {
  RECIPE_FIELDS,
  importRecipe,
  importRecipeFile,
} from '../../../src/openwrt/import/index.ts';
import {
  deriveRecipe,
  printMakefile,
  readSdistSubject,
} from '../../../src/openwrt/recipe/index.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { findExecutable } from '../../../src/support/find-executable.ts';
import { askMake, type MakeFacts, type OracleQuestion } from '../../support/make-oracle.ts';
import { writeSdist } from '../../support/sdist-file.ts';

const make = await findExecutable('make', process.env, process.platform);
const feed = process.env['WHEELWORKS_OPENWRT_FEED'];

/** What the files of the build system do with the variables of a recipe, in small. */
const FILES = {
  'version.mk': 'V_MAJOR:=3\nV_MINOR:=14\n',
  'pypi.mk':
    'ifneq ($(PYPI_NAME),)\nPKG_SOURCE?=$(PYPI_NAME)-$(PKG_VERSION).tar.gz\nPKG_BUILD_DIR:=/pypi/$(PYPI_NAME)\nendif\n',
  'host.mk': 'HOST_FLAG:=$(V_MAJOR)\nPKG_FIXUP?=none\n',
  'package.mk': 'STAMP:=$(PKG_BUILD_DIR)/.built\nSEEN:=$(PKG_FIXUP) $(PKG_BUILD_DEPENDS)\n',
};

const PACKAGE = `define Package/demo
  TITLE:=Demo
endef
$(eval $(call BuildPackage,demo))
`;

/** A Makefile behind rules.mk, and what make says of it. */
const ORDERS: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    'what an include sets, used by the variables behind it',
    `include ../version.mk
PKG_NAME:=demo
PKG_VERSION:=$(V_MAJOR).$(V_MINOR)
PKG_SOURCE:=demo-$(PKG_VERSION).tar.gz
include ../host.mk
PYTHON3_PKG_BUILD:=0
PKG_FIXUP:=autoreconf
PKG_BUILD_DIR:=/b/demo-$(PKG_VERSION)
include $(INCLUDE_DIR)/package.mk
`,
    { PKG_VERSION: '3.14', STAMP: '/b/demo-3.14/.built', PKG_FIXUP: 'autoreconf' },
  ],
  [
    'a variable between two includes',
    `PKG_NAME:=demo
include ../version.mk
PKG_VERSION:=$(V_MAJOR)
include $(INCLUDE_DIR)/package.mk
`,
    { PKG_VERSION: '3', STAMP: '/.built' },
  ],
  [
    'a folder behind pypi.mk, which sets it too',
    `PKG_NAME:=demo
PKG_VERSION:=1
PYPI_NAME:=de.mo
include ../pypi.mk
PKG_BUILD_DIR:=/b/$(PYPI_NAME)
include $(INCLUDE_DIR)/package.mk
`,
    { PKG_BUILD_DIR: '/b/de.mo', STAMP: '/b/de.mo/.built' },
  ],
  [
    'a folder before pypi.mk, which has no effect',
    `PKG_NAME:=demo
PKG_VERSION:=1
PYPI_NAME:=de.mo
PKG_BUILD_DIR:=/b/$(PYPI_NAME)
include ../pypi.mk
include $(INCLUDE_DIR)/package.mk
`,
    { PKG_BUILD_DIR: '/pypi/de.mo', STAMP: '/pypi/de.mo/.built' },
  ],
  [
    'what package.mk is not to see',
    `PKG_NAME:=demo
PKG_BUILD_DEPENDS:=one
include $(INCLUDE_DIR)/package.mk
PKG_BUILD_DEPENDS+=two
PKG_FIXUP:=late
`,
    { SEEN: 'one', PKG_BUILD_DEPENDS: 'one two', PKG_FIXUP: 'late' },
  ],
  [
    'variables of the recipe that keys use, and keys that they use',
    `PKG_NAME:=demo
PKG_HASH:=ab
LATE:=$(PKG_HASH)c
PKG_SOURCE_VERSION:=$(LATE)
PKG_SOURCE:=demo-$(PKG_SOURCE_VERSION).tar.gz
include $(INCLUDE_DIR)/package.mk
`,
    { PKG_SOURCE: 'demo-abc.tar.gz' },
  ],
];

describe.skipIf(make === undefined)('GNU make (skipped without make)', () => {
  test('understands a printed recipe as the one that was read', async () => {
    const text = `include $(TOPDIR)/rules.mk
PKG_NAME:=demo
PKG_VERSION:=1.0
PKG_RELEASE:=3
PKG_SOURCE:=$(PKG_NAME)-$(PKG_VERSION).tar.xz
PKG_SOURCE_URL:=https://a.example/$(PKG_NAME) \\
\thttps://b.example/$(PKG_NAME)
PKG_LICENSE:=MIT BSD-3-Clause
ifeq ($(CONFIG_SSL),y)
PKG_BUILD_DEPENDS:=openssl
endif
FLAGS=$(EXTRA_FLAGS) --two
PYTHON3_PKG_BUILD_ARGS:=$(FLAGS)
include $(INCLUDE_DIR)/package.mk
include ../python3-package.mk
TARGET_CFLAGS+=-Os
define Package/demo/Default
  SECTION:=utils
  TITLE:=Demo
  DEPENDS:=+libc
endef
define Tool
  define Package/demo-$(1)
    $(call Package/demo/Default)
    TITLE+= ($(1))
    DEPENDS+=+$(1) $(2)
    ifdef CONFIG_BIG
    DEPENDS+=+big
    endif
  endef
  define Package/demo-$(1)/description
   The $(1) tool of $(PKG_NAME).
  endef
endef
$(foreach tool,one two,$(eval $(call Tool,$(tool),+lib$(tool))))
define Py3Package/demo-one/filespec
+|$(PYTHON3_PKG_DIR)
-|$(PYTHON3_PKG_DIR)/demo/tests
endef
$(eval $(call Py3Package,demo-one))
$(eval $(call BuildPackage,demo-one))
$(eval $(call BuildPackage,demo-one-src))
$(eval $(call BuildPackage,demo-two))
$(eval $(call HostBuild))
`;
    const { printed, question } = printedFrom(text);
    for (const config of [[], ['CONFIG_SSL', 'CONFIG_BIG']]) {
      const [before, after] = await bothFacts(text, printed, { ...question, config });
      expect(before.get('P demo-one TITLE')).toBe('Demo (one)');
      expect(after).toEqual(before);
    }
  }, 60_000);

  test.each(ORDERS)('fills in at the same place: %s', async (_what, text, said) => {
    const { printed, question } = printedFrom(`include $(TOPDIR)/rules.mk\n${text}${PACKAGE}`);
    const variables = [...question.variables, 'STAMP', 'SEEN'];
    const [before, after] = await bothFacts(
      `include $(TOPDIR)/rules.mk\n${text}${PACKAGE}`,
      printed,
      { ...question, variables, externals: [], config: [], files: FILES },
    );
    for (const [name, value] of Object.entries(said)) expect(before.get(`V ${name}`)).toBe(value);
    expect(after).toEqual(before);
  });

  test('builds where a definition says, behind what pypi.mk says', async () => {
    const definition = readDefinition(
      `[recipe]\nname = "demo"\nversion = "1.0"\n[source]\npypi = "Demo"\n[build]\ndirectory = "/b/$(BUILD_VARIANT)"
[[package]]\nname = "python-demo"\nvariant = "python"\n[[package]]\nname = "python3-demo"\nvariant = "python3"\n`,
      'openwrt.toml',
    );
    const folder = await mkdtemp(join(tmpdir(), 'make-'));
    const facts = await askMake(printMakefile(definition), folder, {
      variables: ['PKG_BUILD_DIR', 'STAMP'],
      defines: [],
      config: [],
      externals: [],
      variant: 'python3',
      files: FILES,
    });
    expect(variantsOf(definition).map(({ directory }) => directory)).toContain('/b/python3');
    expect(facts.get('V PKG_BUILD_DIR')).toBe('/b/python3');
    expect(facts.get('V STAMP')).toBe('/b/python3/.built');
  });

  test('accepts what is written from an sdist, for one interpreter and for two', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    const path = await writeSdist(folder, {
      name: 'Spam',
      fileName: 'spam',
      version: '1.0',
      metadata: ['Summary: $(shell false) costs $9 # now', 'Requires-Dist: six'],
      files: { 'spam.py': '' },
    });
    for (const twoInterpreters of [false, true]) {
      const { definition, files } = await deriveRecipe(await readSdistSubject(path, '3.13'), {
        release: openWrtRelease('25.12'),
        maintainers: ['A $ B <a@b>'],
        extras: [],
        twoInterpreters,
      });
      const facts = await askMake(files[0]?.text ?? '', join(folder, String(twoInterpreters)), {
        variables: ['PKG_NAME', 'PKG_MAINTAINER', 'PKG_HASH'],
        defines: [],
        config: [],
        externals: [],
      });
      expect(facts.get('V PKG_NAME')).toBe('python-spam');
      expect(facts.get('V PKG_MAINTAINER')).toBe('A $ B <a@b>');
      expect(facts.get('P python3-spam TITLE')).toBe('$(shell false) costs $9 # now');
      expect(facts.get('P python3-spam DEPENDS')).toBe(
        definition.package.find(({ name }) => name === 'python3-spam')?.depends.join(' '),
      );
      expect(facts.has('P python-spam TITLE')).toBe(twoInterpreters);
    }
  }, 60_000);
});

describe.skipIf(make === undefined || feed === undefined)(
  'the recipes of a feed (skipped without make, or WHEELWORKS_OPENWRT_FEED)',
  () => {
    test('are understood, and printed as what GNU make takes them for', async () => {
      const names = await recipesOf(feed ?? '');
      const left: string[] = [];
      const different: string[] = [];
      for (const path of names) {
        const text = await readFile(path, 'utf8');
        if ((await importRecipeFile(path)).verbatim.length > 0) left.push(path);
        // Functions with arguments cannot be asked for by name.
        if (/^\w+=.*\$\(word \$\(1\)/m.test(text)) continue;
        const { printed, question } = printedFrom(text);
        const config = [...text.matchAll(/CONFIG_[\w-]+/g)].map(([name]) => name);
        for (const chosen of [[], config]) {
          const [before, after] = await bothFacts(text, printed, { ...question, config: chosen });
          const isSame = [...before].every(([key, value]) => alike(value, after.get(key)));
          if (!isSame) different.push(path);
        }
      }
      expect(names.length).toBeGreaterThan(150);
      expect({ left, different }).toEqual({ left: [], different: [] });
    }, 3_600_000);
  },
);

async function recipesOf(root: string): Promise<string[]> {
  const folder = join(root, 'lang', 'python');
  const names = await readdir(folder);
  return names
    .map((name) => join(folder, name, 'Makefile'))
    .filter((path) => existsSync(path))
    .sort();
}

function printedFrom(text: string): {
  readonly printed: string;
  readonly question: Omit<OracleQuestion, 'config'>;
} {
  const { definition } = importRecipe(text, { path: 'Makefile' });
  const variables = [...Object.keys(RECIPE_FIELDS), ...definition.variable.map(({ name }) => name)];
  const set = new Set([...text.matchAll(/^\s*(?:define )?([\w/-]+)\s*[:+?]?=/gm)].map((m) => m[1]));
  const externals = [...text.matchAll(/\$+[({]([A-Za-z_]\w*)[)}:]/g)]
    .map((match) => match[1] ?? '')
    .filter(
      (name) => !set.has(name) && !/^(?:CONFIG_|TOPDIR|INCLUDE_DIR|BUILD_VARIANT)/.test(name),
    );
  return {
    printed: printMakefile(readDefinition(printDefinition(definition), 'openwrt.toml')),
    question: {
      variables: [...new Set(variables)],
      defines: [...definition.step, ...definition.function].map(({ name }) => name),
      externals: [...new Set(externals)],
      ...(text.includes('BUILD_VARIANT') ? { variant: 'python3' } : {}),
    },
  };
}

async function bothFacts(
  one: string,
  other: string,
  question: OracleQuestion,
): Promise<[MakeFacts, MakeFacts]> {
  const folder = await mkdtemp(join(tmpdir(), 'make-'));
  // In turns: each has a folder of the same name, which some values hold.
  const before = await askMake(one, folder, question);
  return [before, await askMake(other, folder, question)];
}

/** The order of packages and blanks between words mean nothing to the build system; one recipe ends in no-break blanks. */
function alike(one: string, other: string | undefined): boolean {
  const words = (text: string): string =>
    text
      .trim()
      .split(/[\s\\]+/)
      .sort()
      .join(' ');
  return other !== undefined && words(one) === words(other);
}
