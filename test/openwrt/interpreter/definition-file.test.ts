import { describe, expect, it } from 'vitest';
import { FileTree } from '../../../src/archive/tree/index.ts';
import { printDefinition, readDefinition } from '../../../src/openwrt/definition/index.ts';
import { recipeOfSplits, splitOfRecipe } from '../../../src/openwrt/interpreter/definition-file.ts';
import { splitDefinition, type SplitDefinition } from '../../../src/openwrt/interpreter/index.ts';
import { divideTree } from '../../../src/openwrt/interpreter/divide.ts';
import { openWrtReleases } from '../../../src/openwrt/index.ts';

/** What a file can say of a split; links are those of every interpreter. */
function told({ packages, light, removeEverywhere, meta, license }: SplitDefinition): object {
  return {
    packages: packages.map(({ links: _links, ...rest }) => rest),
    light: { ...light, remove: [...light.remove].sort() },
    removeEverywhere,
    meta,
    license,
  };
}

describe('the split of an interpreter in a definition file', () => {
  it.each(openWrtReleases.map(({ name }) => [name]))('says all of %s', (release) => {
    const definition = splitDefinition(release);
    const text = printDefinition(recipeOfSplits([definition], `${definition.minor}.1`));
    const again = splitOfRecipe(readDefinition(text, 'openwrt.toml'), {
      series: 'python3',
      minor: definition.minor,
      path: 'openwrt.toml',
    });
    expect(told(again)).toEqual(told(definition));
  });

  it('holds Python 2 and Python 3 as variants', () => {
    const both = [splitDefinition('19.07'), splitDefinition('19.07', { series: 'python' })];
    const text = printDefinition(recipeOfSplits(both, '3.7.17'));
    expect(text).toContain('variant = "python"\n');
    expect(text).toContain('$(BUILD_VARIANT)');
    const recipe = readDefinition(text, 'openwrt.toml');
    for (const definition of both) {
      const { series, minor } = definition;
      const again = splitOfRecipe(recipe, { series, minor, path: 'openwrt.toml' });
      expect(told(again)).toEqual(told({ ...definition, license: both[0]?.license ?? '' }));
    }
  });

  it('leaves out what a line of any package removes', () => {
    const definition = splitDefinition('25.12');
    const text = printDefinition(recipeOfSplits([definition], '3.13.9')).replace(
      '  "+|/usr/include/python$(PYTHON3_VERSION)",\n',
      (line) => `${line}  "-|/usr/lib/python$(PYTHON3_VERSION)/config-*/libpython*.a",\n`,
    );
    const split = splitOfRecipe(readDefinition(text, 'openwrt.toml'), {
      series: 'python3',
      minor: '3.13',
      path: 'openwrt.toml',
    });
    const config = 'usr/lib/python3.13/config-3.13-x86_64-linux-musl';
    const tree = FileTree.from(
      ['libpython3.13.a', 'Makefile'].map((name) => [
        `${config}/${name}`,
        { kind: 'file', mode: 0o644, size: 0, content: { bytes: Buffer.of() } },
      ]),
    );
    expect(divideTree(tree, 'usr/lib/python3.13', split)).toEqual({
      places: new Map([[`${config}/Makefile`, 'python3-dev']]),
      leftOut: [`${config}/libpython3.13.a`],
    });
  });

  it('takes what a condition only builds, and not what it decides about', () => {
    const text = `[recipe]
name = "python3"
version = "3.13.5"
release = "1"

[[package]]
name = "python3-light"
depends = ["+PACKAGE_python3-x:libx", "+USE_GLIBC:libcrypt-compat", "@!SOFT_FLOAT", "+zlib"]
filespec = ["+|/usr/lib/python$(PYTHON3_VERSION)"]
`;
    const split = splitOfRecipe(readDefinition(text, 'a.toml'), {
      series: 'python3',
      minor: '3.13',
      path: 'a.toml',
    });
    expect(split.light.depends).toEqual(['libx', 'zlib']);
  });

  it('is told when there is no light package', () => {
    const recipe = recipeOfSplits([splitDefinition('25.12')], '3.13.5');
    expect(() =>
      splitOfRecipe(recipe, { series: 'python', minor: '2.7', path: 'openwrt.toml' }),
    ).toThrow(expect.objectContaining({ code: 'openwrt/bad-split' }));
  });
});
