import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVersionSettings, versionSettingsOf } from '../../src/versioning/index.ts';
import { scratch } from '../support/scratch.ts';

const PATH = '/project/pyproject.toml';

describe('[tool.wheelworks.version]', () => {
  it('has files with keys and names, patterns, and what is written', () => {
    expect(
      versionSettingsOf(
        {
          files: ['a/version.json#package-version', { path: 'b.toml', key: 'a.b', name: 'b' }],
          'tag-pattern': 'iree-{version}',
          kind: 'rc',
          write: [{ path: 'local.json', set: { revision: '{commit}' } }, 'VERSION'],
        },
        PATH,
      ),
    ).toEqual({
      folder: '/project',
      files: [
        { path: '/project/a/version.json', key: 'package-version' },
        { path: '/project/b.toml', key: 'a.b', name: 'b' },
      ],
      tagPatterns: ['iree-{version}'],
      kind: 'rc',
      write: [
        {
          path: '/project/local.json',
          create: true,
          set: [{ key: 'revision', value: '{commit}' }],
        },
        { path: '/project/VERSION', create: true, set: [] },
      ],
      strict: false,
    });
  });

  it.each([
    [{ tag_pattern: 'v' }, 'config/unknown-setting', 'Did you mean tag-pattern?'],
    [{ zzzzzzzz: 1 }, 'config/unknown-setting', 'Known: files'],
    [{ kind: 'beta' }, 'config/bad-pyproject', 'docs/version.md'],
    [{ files: [3] }, 'config/bad-pyproject', 'docs/version.md'],
    [{ files: [{ path: 'a', kye: 'b' }] }, 'config/bad-pyproject', 'docs/version.md'],
    [{ 'tag-pattern': 'v1' }, 'config/tag-pattern', '{version}'],
    [{ 'tag-pattern': '{version}{version}' }, 'config/tag-pattern', '{version}'],
    ['x', 'config/bad-pyproject', 'docs/version.md'],
  ])('refuses %j', (table, code, hint) => {
    expect(() => versionSettingsOf(table, PATH)).toThrow(
      expect.objectContaining({ code, path: PATH, hint: expect.stringContaining(hint) }),
    );
  });

  it('is looked for up to the top of the repository, and no further', async () => {
    const top = await scratch();
    const inner = join(top, 'repository', 'a', 'b');
    await mkdir(inner, { recursive: true });
    await writeFile(join(top, 'pyproject.toml'), '[tool.wheelworks.version]\nkind = "rc"\n');
    expect((await readVersionSettings(inner)).kind).toBe('rc');
    await mkdir(join(top, 'repository', '.git'));
    expect((await readVersionSettings(inner)).kind).toBeUndefined();
    const nearer = join(top, 'repository', 'a', 'pyproject.toml');
    await writeFile(nearer, '[tool.wheelworks.version]\nfiles = ["VERSION"]\n');
    expect((await readVersionSettings(inner)).files).toEqual([
      { path: join(top, 'repository', 'a', 'VERSION') },
    ]);
  });
});
