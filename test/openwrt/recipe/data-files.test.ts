import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importRecipe } from '../../../src/openwrt/import/index.ts';
import {
  deriveRecipe,
  readSdistSubject,
  updateRecipe,
  type DerivedRecipe,
  type RecipeUpdate,
  type SdistSubject,
} from '../../../src/openwrt/recipe/index.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { writeSdist } from '../../support/sdist-file.ts';

const OPTIONS = {
  release: openWrtRelease('25.12'),
  maintainers: [],
  extras: [],
  twoInterpreters: false,
};

async function subject(files: Record<string, string>, version = '1'): Promise<SdistSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'recipe-'));
  const all = { 'spam.py': '', 'data/a.txt': 'a', 'data/sub/b.txt': 'b', ...files };
  return readSdistSubject(await writeSdist(folder, { name: 'spam', version, files: all }), '3.13');
}

const toldOf = ({ todo }: Pick<DerivedRecipe, 'todo'>): string[] =>
  todo.filter((each) => each.startsWith('filespec'));

const FILESPEC = ['+|$(PYTHON3_PKG_DIR)', '+|/usr/share/spam'];
const setup = (value: string): string => `from setuptools import setup\nsetup(${value})\n`;

describe('data files', () => {
  test.each([
    ['setuptools', 'pyproject.toml', '[tool.setuptools.data-files]\n"share/spam" = ["data/*.txt"]'],
    [
      'setuptools, one folder inside another',
      'pyproject.toml',
      '[tool.setuptools.data-files]\n"share/spam" = ["data/a.txt"]\n"share/spam/x" = ["data/**/b.txt"]',
    ],
    ['setup.cfg', 'setup.cfg', '[options.data_files]\nshare/spam = data/a.txt, data/sub/b.txt\n'],
    ['setup.cfg, a line each', 'setup.cfg', '[options.data_files]\nshare/spam =\n  data/a.txt\n'],
    [
      'setup.py',
      'setup.py',
      setup(`name="spam", data_files=[('share/spam', ['data/a.txt', "data/" 'sub/b.txt'],)]`),
    ],
    [
      'setup.py, set before',
      'setup.py',
      `data_files = [("share/spam", ("data/a.txt",))]\n${setup('data_files=data_files')}`,
    ],
    [
      'hatch',
      'pyproject.toml',
      '[tool.hatch.build.targets.wheel.shared-data]\n"data" = "share/spam"',
    ],
    [
      'flit',
      'pyproject.toml',
      '[tool.flit.external-data]\ndirectory = "tree"',
      { 'tree/share/spam/x/a': '', 'tree/share/spam/b': '' },
    ],
    [
      'uv',
      'pyproject.toml',
      '[tool.uv.build-backend.data]\ndata = "./tree/"',
      { 'tree/share/spam/x': '' },
    ],
    [
      'maturin',
      'pyproject.toml',
      '[tool.maturin]\ndata = "spam.data"',
      { 'spam.data/data/share/spam/x': '' },
    ],
  ])('of %s are in the filespec', async (_name, path, text, more: Record<string, string> = {}) => {
    const recipe = await deriveRecipe(await subject({ [path]: text, ...more }), OPTIONS);
    expect(recipe.definition.package[0]?.filespec).toEqual(FILESPEC);
    expect(toldOf(recipe)).toEqual([]);
    const makefile = recipe.files[0]?.text ?? '';
    expect(makefile).toContain(
      `define Py3Package/python3-spam/filespec\n${FILESPEC.join('\n')}\nendef\n`,
    );
    expect(importRecipe(makefile, { path: '' }).definition).toEqual(recipe.definition);
  });

  test.each([
    ['setup.py', setup('data_files=glob("x") + [1, 2], name="spam"'), 'data_files=glob("x")+[1,2]'],
    ['setup.py', setup('**{"data_files": DATA}'), 'data_files=DATA'],
    ['setup.py', setup('data_files=[("share/spam", FILES)]'), 'data_files=[("share/spam",FILES)]'],
    ['setup.cfg', '[options.data_files]\n/Etc/spam = data/a.txt', '/Etc/spam (data/a.txt'],
    ['setup.cfg', '[options.data_files]\nshare/a b = data/a.txt', 'share/a b (data/a.txt'],
    ['setup.cfg', '[options.data_files]\nshare/spam = gone/*', 'share/spam (gone/*; setup.cfg)'],
    ['pyproject.toml', '[tool.pdm.build.wheel-data]\ndata = ["x"]', 'wheel-data.data = ["x"]'],
  ])('that %s does not tell plainly are named as left to do', async (path, text, told) => {
    const recipe = await deriveRecipe(await subject({ [path]: text }), OPTIONS);
    expect(recipe.definition.package[0]).not.toHaveProperty('filespec');
    expect(toldOf(recipe)).toEqual([expect.stringContaining(`filespec: data files of ${told}`)]);
  });

  test('are none where the setting is empty, or of programs that the default takes', async () => {
    for (const value of [
      'data_files=None',
      'data_files=[]',
      'data_files=[("bin", ["data/a.txt"])]',
    ]) {
      const recipe = await deriveRecipe(await subject({ 'setup.py': setup(value) }), OPTIONS);
      expect(recipe.definition.package[0]).not.toHaveProperty('filespec');
      expect(toldOf(recipe)).toEqual([]);
    }
  });

  test('for /etc are told to lie below the prefix, and manuals to be left out', async () => {
    const text =
      '[tool.setuptools.data-files]\n"etc/spam" = ["data/a.txt"]\n"share/man/man1" = ["data/a.txt"]\n';
    const recipe = await deriveRecipe(await subject({ 'pyproject.toml': text }), OPTIONS);
    expect(recipe.definition.package[0]?.filespec).toEqual([FILESPEC[0], '+|/usr/etc/spam']);
    expect(toldOf(recipe)).toEqual([
      expect.stringContaining('etc/spam into /usr/etc/spam'),
      'filespec: share/man/man1 is left out',
    ]);
  });

  test('are in both packages for two interpreters, which is told', async () => {
    const made = await deriveRecipe(
      await subject({ 'setup.cfg': '[options.data_files]\nshare/spam = data/a.txt' }),
      { ...OPTIONS, twoInterpreters: true },
    );
    expect(made.definition.package.map(({ filespec }) => filespec)).toEqual([
      ['+|$(PYTHON_PKG_DIR)', FILESPEC[1]],
      FILESPEC,
    ]);
    expect(toldOf(made)).toEqual([expect.stringContaining('both packages have the data files')]);
    for (const each of made.todo) expect(made.files[0]?.text).toContain(`# - ${each}\n`);
  });

  test('that an update brings or takes away are told', async () => {
    const cfg = (name: string): Record<string, string> => ({
      'setup.cfg': `[options.data_files]\nshare/${name} = data/a.txt`,
    });
    const made = await deriveRecipe(await subject(cfg('spam')), OPTIONS);
    const before = made.files[0]?.text ?? '';
    const to = async (files: Record<string, string>, text = before): Promise<RecipeUpdate> =>
      updateRecipe(text, await subject(files, '2'), {
        ...OPTIONS,
        path: 'Makefile',
        writeDepends: false,
      });
    expect((await to(cfg('spam/more'))).notes).toEqual([]);
    expect((await to(cfg('eggs'))).notes).toEqual([
      'the filespec lacks data files: /usr/share/eggs',
      'the filespec names what the settings of the build do not: /usr/share/spam',
    ]);
    const install = '\tcp $(PKG_INSTALL_DIR)/usr/share/eggs $(1)';
    const byHand = before.replace(
      '/filespec\n',
      `/install\n${install}\nendef\n\ndefine Py3Package/python3-spam/filespec\n`,
    );
    expect((await to(cfg('eggs'), byHand)).notes).toHaveLength(1);
  });
});
