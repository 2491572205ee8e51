/** GNU make says the same of a recipe and of what is printed from its import. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { printDefinition, readDefinition } from '../../../src/openwrt/definition/index.ts';
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
