import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  printDefinition,
  readDefinition,
  variantsOf,
} from '../../../src/openwrt/definition/index.ts';
import { importRecipe, importRecipeFile } from '../../../src/openwrt/import/index.ts';
import { printMakefile } from '../../../src/openwrt/recipe/index.ts';

const HEAD = 'include $(TOPDIR)/rules.mk\nPKG_NAME:=demo\nPKG_VERSION:=1.0\nPKG_RELEASE:=1\n';

function imported(text: string): ReturnType<typeof importRecipe> {
  return importRecipe(HEAD + text, { path: 'Makefile' });
}

describe('an import', () => {
  test('carries out templates, and drops them', () => {
    const { definition, verbatim } = imported(`
define Package/demo/Default
  TITLE:=Demo
  DEPENDS:=+python3-light
endef
define Tool
  define Package/demo-$(1)
  $(call Package/demo/Default)
    TITLE+= $(1)
    DEPENDS+= $(2)
  endef
  define Py3Package/demo-$(1)/install
	$$(INSTALL_BIN) $$(PKG_INSTALL_DIR)/usr/bin/$(1) $$(1)/usr/bin/
  endef
  Py3Package/demo-$(1)/filespec:=
  $$(eval $$(call Py3Package,demo-$(1)))
  $$(eval $$(call BuildPackage,demo-$(1)))
endef
$(eval $(call Tool,one))
$(eval $(call Tool,two,+python3-urllib))
`);
    expect(verbatim).toEqual([]);
    expect(definition.function).toEqual([]);
    expect(definition.package).toMatchObject([
      {
        name: 'demo-one',
        title: 'Demo one',
        depends: ['+python3-light'],
        filespec: [],
        sources: false,
        install: '\t$(INSTALL_BIN) $(PKG_INSTALL_DIR)/usr/bin/one $(1)/usr/bin/',
      },
      { name: 'demo-two', depends: ['+python3-light', '+python3-urllib'] },
    ]);
  });

  test('keeps conditions with what they hold', () => {
    const { definition } = imported(`
ifeq ($(CONFIG_SSL),y)
PKG_BUILD_DEPENDS:=openssl
else
PKG_BUILD_DEPENDS:=none
endif
define Package/demo
  TITLE:=Demo
  ifdef CONFIG_BIG
  DEPENDS:=+big
  endif
endef
$(eval $(call BuildPackage,demo))
`);
    expect(definition.variable).toMatchObject([
      { name: 'PKG_BUILD_DEPENDS', value: 'openssl', when: ['ifeq ($(CONFIG_SSL),y)'] },
      { name: 'PKG_BUILD_DEPENDS', value: 'none', when: ['ifneq ($(CONFIG_SSL),y)'] },
    ]);
    expect(definition.package).toMatchObject([
      {
        interpreter: 'none',
        settings: [{ name: 'DEPENDS', value: '+big', when: ['ifdef CONFIG_BIG'] }],
      },
    ]);
  });

  test('tells what it leaves, with the line, and which comments it drops', () => {
    const { verbatim, comments, definition } = imported(`# why
$(eval $(call Foreign,x))
all: demo
	true
define Package/demo
  $(call Foreign/Default)
  TITLE:=x
endef
$(eval $(call BuildPackage,demo))
$(eval $(call BuildPackage,other))
`);
    expect(verbatim.map(({ line, reason }) => [line, reason])).toEqual([
      [6, 'Foreign is not defined here'],
      [7, 'a rule, which recipes have no place for'],
      [9, 'no setting of a package'],
      [14, 'Package/other is not defined here'],
    ]);
    expect(definition.verbatim).toEqual(verbatim);
    expect(comments).toEqual([5]);
  });

  test.each([
    [
      'define Package/demo\n  TITLE:=x\ndefine Package/demo/description\nx\n',
      /line 5: define without endef/,
    ],
    ['PKG_X:=1\nifeq ($(A),y)\nPKG_Y:=1\n', /line 6: a conditional without endif/],
  ])('tells what swallows the call of a recipe: %j', (text, said) => {
    let error: unknown;
    try {
      imported(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'recipe/no-recipe',
      evidence: expect.stringMatching(said),
    });
  });

  test('finds two variants, each with its own names, dependencies and folder', () => {
    const { definition } =
      imported(`PKG_BUILD_DIR:=$(BUILD_DIR)/$(BUILD_VARIANT)-demo-$(PKG_VERSION)
PYTHON3_PKG_SETUP_ARGS:=--three
PYTHON_PKG_SETUP_ARGS:=--two
define Package/python-demo
  DEPENDS:=+PACKAGE_python-demo:python-light @!ARM
  VARIANT:=python
endef
define Package/python3-demo
  DEPENDS:=+PACKAGE_python3-demo:python3-light +libfoo $(RUST_ARCH_DEPENDS)
  VARIANT:=python3
endef
$(eval $(call PyPackage,python-demo))
$(eval $(call BuildPackage,python-demo))
$(eval $(call BuildPackage,python-demo-src))
$(eval $(call Py3Package,python3-demo))
$(eval $(call BuildPackage,python3-demo))
`);
    const variants = variantsOf(definition).map(({ packages, ...rest }) => ({
      ...rest,
      packages: packages.map(({ name, depends, package: each }) => [name, depends, each.sources]),
    }));
    expect(variants).toEqual([
      {
        name: 'python',
        interpreter: 'python2',
        directory: '$(BUILD_DIR)/python-demo-1.0',
        settings: { 'setup-args': '--two' },
        packages: [
          [
            'python-demo',
            [
              {
                kind: 'package',
                isSelected: true,
                name: 'python-light',
                condition: 'PACKAGE_python-demo',
              },
              { kind: 'symbol', isSelected: false, name: '!ARM' },
            ],
            true,
          ],
        ],
      },
      {
        name: 'python3',
        interpreter: 'python3',
        directory: '$(BUILD_DIR)/python3-demo-1.0',
        settings: { 'setup-args': '--three' },
        packages: [
          [
            'python3-demo',
            [
              {
                kind: 'package',
                isSelected: true,
                name: 'python3-light',
                condition: 'PACKAGE_python3-demo',
              },
              { kind: 'package', isSelected: true, name: 'libfoo' },
            ],
            false,
          ],
        ],
      },
    ]);
  });

  test('reads what lies beside the Makefile: included files and patches', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    await mkdir(join(folder, 'files'));
    await mkdir(join(folder, 'patches'));
    await writeFile(join(folder, 'patches', '001-fix.patch'), '');
    await writeFile(
      join(folder, 'files', 'part-a.mk'),
      'define Package/demo-a\n  TITLE:=A\nendef\n$(eval $(call BuildPackage,demo-a))\n',
    );
    await writeFile(
      join(folder, 'Makefile'),
      `${HEAD}include ./files/part-*.mk\ninclude ../x.mk\n`,
    );
    const { definition } = await importRecipeFile(folder);
    expect(definition.source.patches).toEqual(['001-fix.patch']);
    expect(definition.package).toMatchObject([{ name: 'demo-a', title: 'A' }]);
    expect(definition.build.includes).toEqual(['../x.mk']);
  });
});

test('a recipe of a revision has no version, perhaps no release, and is printed without one', () => {
  const text = `include $(TOPDIR)/rules.mk
PKG_NAME:=demo
PKG_SOURCE_PROTO:=git
PKG_SOURCE_URL:=https://git.example/demo
PKG_SOURCE_DATE:=2025-01-02
PKG_SOURCE_VERSION:=0123abcd
define Package/demo
  TITLE:=Demo
endef
$(eval $(call BuildPackage,demo))
`;
  const { definition, verbatim } = importRecipe(text, { path: 'Makefile' });
  expect(verbatim).toEqual([]);
  expect(definition.recipe).not.toHaveProperty('version');
  expect(definition.recipe).not.toHaveProperty('release');
  expect(definition.source).toMatchObject({ protocol: 'git', revision: '0123abcd' });
  expect(readDefinition(printDefinition(definition), 'openwrt.toml')).toEqual(definition);
  expect(printMakefile(definition)).not.toMatch(/^PKG_(?:VERSION|RELEASE):/m);
  expect(variantsOf(definition)).toMatchObject([{ packages: [{ name: 'demo' }] }]);
});
