import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatVersion, parseVersion } from '../../src/packaging/index.ts';
import {
  computeVersion,
  readRepository,
  type ReleasedVersion,
  type VersionRequest,
} from '../../src/versioning/index.ts';
import { scratch } from '../support/scratch.ts';
import { GIT_ENV, commit, git, initRepository } from './git-repository.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await scratch(), 'mein Projekt ä');
  await mkdir(folder);
});

const DAY = new Date('2026-11-20T12:00:00Z');

type Changes = Partial<VersionRequest> & { readonly released?: readonly string[] };

function compute(changes: Changes): ReturnType<typeof computeVersion> {
  const { released = [], ...rest } = changes;
  const taken = released.map((text): ReleasedVersion => ({
    version: parseVersion(text),
    where: 'a list',
  }));
  return computeVersion(
    {
      files: [],
      from: 'files',
      folder,
      kind: 'stable',
      suffix: '',
      rcScheme: 'date',
      date: DAY,
      tagPatterns: ['{version}'],
      forIndex: false,
      withCommit: true,
      written: [],
      asksReleased: false,
      isQuestion: false,
      git: { env: GIT_ENV },
      ...rest,
    },
    async () => taken,
  );
}

/** A version file for each text. */
async function files(...texts: readonly string[]): Promise<VersionRequest['files']> {
  return Promise.all(
    texts.map(async (text, index) => {
      const path = join(folder, `package${index}`, 'version.json');
      await mkdir(join(folder, `package${index}`), { recursive: true });
      await writeFile(path, `{"package-version": ${text}}\n`);
      return { path };
    }),
  );
}

const version = async (changes: Changes): Promise<string> =>
  formatVersion((await compute(changes)).version);
const notes = async (changes: Changes): Promise<readonly string[]> =>
  (await compute(changes)).notes.map(({ code }) => code);

describe('versions of two packages', () => {
  // Section 1.3 of what IREE's scripts print, with the right answers where these were wrong.
  it.each([
    ['"3.12.0.dev"', '"3.12.0.dev"', 'stable', '3.12.0', []],
    ['"3.12.0.dev"', '"3.12.0.dev"', 'rc', '3.12.0rc20261120', []],
    ['"3.12.0"', '"3.12.1"', 'stable', '3.12.1', ['disagreement']],
    ['"3.10.0.dev"', '"3.9.1.dev"', 'stable', '3.10.0', ['disagreement']],
    ['"3.9.0"', '"3.10.0"', 'stable', '3.10.0', ['disagreement']],
    ['"3.12.0rc1"', '"3.12.0.post2"', 'stable', '3.12.0.post2', ['disagreement']],
    ['"1!3.12.0+loc"', '"3.12.0"', 'stable', '1!3.12.0', ['disagreement', 'dropped']],
    ['"3.12"', '"3.12.0"', 'stable', '3.12.0', []],
  ] as const)('%s and %s, %s: %s', async (one, two, kind, expected, told) => {
    const changes = { files: await files(one, two), kind };
    expect(await version(changes)).toBe(expected);
    expect(await notes(changes)).toEqual(told);
  });

  it.each(['null', '"x.y"'])('%s is refused', async (text) => {
    for (const pair of [
      [text, '"1.0"'],
      ['"1.0"', text],
    ])
      await expect(compute({ files: await files(...pair) })).rejects.toMatchObject({
        code: 'version/not-a-version',
      });
  });

  it('have the suffix that is asked for, when it is one', async () => {
    const two = await files('"3.12.0.dev"', '"3.12.0.dev"');
    const custom = { files: two, kind: 'custom' } as const;
    expect(await version({ ...custom, suffix: 'rc20260101' })).toBe('3.12.0rc20260101');
    expect(await version({ ...custom, suffix: '' })).toBe('3.12.0');
    expect(await version({ ...custom, suffix: '.dev0+abc' })).toBe('3.12.0.dev0+abc');
    await expect(compute({ ...custom, suffix: 'garbage!!' })).rejects.toMatchObject({
      code: 'version/bad-suffix',
    });
  });

  it('are named apart when they are of one package', async () => {
    await writeFile(join(folder, 'pyproject.toml'), '[project]\nname = "spam"\nversion = "1"\n');
    await mkdir(join(folder, 'a'));
    for (const name of ['CMakeLists.txt', 'V.cmake', 'a/V.cmake'])
      await writeFile(join(folder, name), 'project(x VERSION 1)\nset(x 1)');
    const names = ['pyproject.toml', 'CMakeLists.txt', 'V.cmake'];
    const result = await compute({
      files: [
        ...names.map((name) => ({ path: join(folder, name) })),
        { path: join(folder, 'a/V.cmake'), name: 'spam' },
        { path: join(folder, 'V.cmake'), key: 'x' },
      ],
    });
    expect(result.packages.map(({ name }) => name)).toEqual([
      'spam',
      'spam (CMakeLists.txt)',
      'spam (V.cmake#project)',
      'spam (a/V.cmake)',
      'spam (V.cmake#x)',
    ]);
  });
});

describe('development versions', () => {
  it('have the commit of the repository that the file is in', async () => {
    const one = await files('"1.1.0.dev"');
    await initRepository(folder);
    const head = commit(folder);
    expect(await version({ files: one, kind: 'dev' })).toBe(`1.1.0.dev1+g${head.slice(0, 12)}`);
    // Variables of a hook, or of another repository.
    const other = join(await scratch(), 'other');
    await initRepository(other);
    commit(other);
    commit(other);
    const env = { ...GIT_ENV, GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other };
    expect(await version({ files: one, kind: 'dev', git: { env } })).toContain(head.slice(0, 12));
  });

  it('count the commits since the nearest tag that is no candidate of theirs', async () => {
    const one = await files('"1.1.0.dev"');
    await initRepository(folder);
    commit(folder);
    commit(folder);
    git(folder, 'tag', '-a', '-m', 'x', 'v1.0.0');
    git(folder, 'tag', 'nightly');
    commit(folder);
    git(folder, 'tag', 'v1.1.0rc1');
    commit(folder);
    const changes = { files: one, kind: 'dev' } as const;
    expect(await version({ ...changes, withCommit: false })).toBe('1.1.0.dev2');
    const result = await compute(changes);
    expect(result).toMatchObject({ tag: 'v1.0.0', distance: 2, isDirty: false });
    expect(formatVersion((await compute({ ...changes, bump: 'major' })).version)).toMatch(
      /^2\.0\.0\.dev/,
    );
  });

  it('tell of changes, but not of files that git does not know or that are written now', async () => {
    const one = await files('"1.1.0.dev"');
    await initRepository(folder);
    commit(folder);
    await writeFile(join(folder, 'untracked'), 'x');
    expect(await version({ files: one, kind: 'dev' })).not.toContain('dirty');
    await files('"1.1.1.dev"');
    expect(await version({ files: one, kind: 'dev' })).toMatch(
      /^1\.1\.1\.dev1\+g[0-9a-f]{12}\.dirty$/,
    );
    const written = one.map(({ path }) => path);
    expect(await version({ files: one, kind: 'dev', written })).not.toContain('dirty');
    expect(await notes({ files: one })).toEqual(['dirty']);
    await expect(compute({ files: one, forIndex: true })).rejects.toMatchObject({
      code: 'version/dirty',
    });
  });

  it('are not for an index with their commit', async () => {
    const one = await files('"1.1.0.dev"');
    await initRepository(folder);
    commit(folder);
    const changes = { files: one, kind: 'dev', forIndex: true } as const;
    await expect(compute(changes)).rejects.toMatchObject({ code: 'version/local-for-index' });
    expect(await version({ ...changes, withCommit: false })).toBe('1.1.0.dev1');
    await expect(
      compute({ files: one, kind: 'custom', suffix: '+a', forIndex: true }),
    ).rejects.toMatchObject({ code: 'version/local-for-index' });
  });

  it('need a repository with a commit', async () => {
    const one = await files('"1.1.0.dev"');
    const changes = { files: one, kind: 'dev' } as const;
    await expect(compute(changes)).rejects.toMatchObject({ code: 'version/not-in-repository' });
    await initRepository(folder);
    await expect(compute(changes)).rejects.toMatchObject({ code: 'version/no-commit' });
    // What a repository ignores is not part of it: an unpacked sdist in a build folder.
    await writeFile(join(folder, '.gitignore'), 'package0\n');
    commit(folder);
    await expect(compute(changes)).rejects.toMatchObject({ code: 'version/not-in-repository' });
    expect(await compute({ files: one })).toMatchObject({ commit: null, isDirty: null });
  });

  it('need one repository', async () => {
    const two = await files('"1.0"', '"1.0"');
    for (const name of ['package0', 'package1']) {
      await initRepository(join(folder, name));
      commit(join(folder, name));
    }
    await expect(compute({ files: two, kind: 'dev' })).rejects.toMatchObject({
      code: 'version/several-repositories',
    });
    expect(await version({ files: two })).toBe('1.0');
  });

  it('need git, which releases from files do not', async () => {
    const one = await files('"1.1.0"');
    await initRepository(folder);
    commit(folder);
    const without = { git: { env: { PATH: folder } } };
    await expect(compute({ files: one, kind: 'dev', ...without })).rejects.toMatchObject({
      code: 'version/git-missing',
    });
    expect(await version({ files: one, ...without })).toBe('1.1.0');
    // Nobody looked at the tags, and that is told where there may be some.
    const [note] = (await compute({ files: one, ...without })).notes;
    expect(note).toMatchObject({ code: 'no-git', message: expect.stringContaining('on PATH') });
    const path = join(await scratch(), 'version.json');
    await writeFile(path, '{"version": "1.1.0"}');
    expect(await notes({ files: [{ path }], ...without })).toEqual([]);
  });

  it('need the whole history', async () => {
    const one = await files('"1.1.0"');
    await initRepository(folder);
    commit(folder);
    commit(folder);
    const clone = join(await scratch(), 'clone');
    git(folder, 'clone', '-q', '--depth', '1', `file://${folder}`, clone);
    const shallow = one.map(({ path }) => ({ path: path.replace(folder, clone) }));
    await expect(compute({ files: shallow, kind: 'dev' })).rejects.toMatchObject({
      code: 'version/shallow',
      hint: expect.stringContaining('fetch-depth: 0'),
    });
    // A tag that the clone does not have may name the version.
    for (const kind of ['rc', 'stable'] as const) {
      await expect(compute({ files: shallow, kind })).rejects.toMatchObject({
        code: 'version/shallow',
        hint: expect.stringContaining('fetch-depth: 0'),
      });
      expect(await notes({ files: shallow, kind, asksReleased: true })).toEqual(['shallow']);
      expect(await notes({ files: shallow, kind, isQuestion: true })).toEqual(['shallow']);
    }
    git(clone, 'tag', 'v1.1.0');
    expect(await version({ files: shallow })).toBe('1.1.0');
  });

  it('work in a linked work tree and on a detached HEAD', async () => {
    await files('"1.1.0"');
    await initRepository(folder);
    const head = commit(folder);
    const tree = join(await scratch(), 'tree');
    git(folder, 'worktree', 'add', '-q', '--detach', tree);
    const path = join(tree, 'package0', 'version.json');
    expect(await version({ files: [{ path }], kind: 'dev' })).toContain(head.slice(0, 12));
    expect((await readRepository(tree, [], { env: GIT_ENV }))?.root).toBe(tree);
  });
});

describe('tags', () => {
  it('give the base: the version itself on the tag, the next one after it', async () => {
    await initRepository(folder);
    commit(folder);
    const tags = { from: 'tags' } as const;
    await expect(compute(tags)).rejects.toMatchObject({ code: 'version/no-tags' });
    git(folder, 'tag', 'v1.2.3');
    expect(await version(tags)).toBe('1.2.3');
    expect(await version({ ...tags, kind: 'rc' })).toBe('1.2.4rc20261120');
    commit(folder);
    expect(await version(tags)).toBe('1.2.4');
    expect(await version({ ...tags, bump: 'minor' })).toBe('1.3.0');
    expect(await version({ ...tags, kind: 'dev', withCommit: false })).toBe('1.2.4.dev1');
    git(folder, 'tag', 'v1.3.0rc1');
    expect(await version(tags)).toBe('1.3.0');
    // Two on one commit: the greater counts.
    git(folder, 'tag', 'v1.10.0');
    git(folder, 'tag', 'v1.9.0');
    expect(await version(tags)).toBe('1.10.0');
  });

  it('count by their pattern, and where the name of the package stands', async () => {
    await initRepository(folder);
    commit(folder);
    for (const tag of ['iree-2.0', 'spam-3.0', '9.0', 'iree-x']) git(folder, 'tag', tag);
    const pattern = (each: string): Changes => ({
      from: 'tags',
      tagPatterns: [each],
      name: 'spam',
    });
    expect(await version(pattern('iree-{version}'))).toBe('2.0');
    expect(await version(pattern('{name}-{version}'))).toBe('3.0');
  });

  it('the nearest counts, and a greater one before it is told', async () => {
    await initRepository(folder);
    commit(folder);
    git(folder, 'tag', 'v2.0.0');
    commit(folder);
    git(folder, 'tag', 'v1.9.1');
    commit(folder);
    expect(await version({ from: 'tags' })).toBe('1.9.2');
    expect(await notes({ from: 'tags' })).toContain('greater-tag');
  });
});

describe('what is released', () => {
  it('is refused, and what comes next is named', async () => {
    const one = await files('"1.1.0.dev"');
    await expect(compute({ files: one, released: ['1.1'] })).rejects.toMatchObject({
      code: 'version/already-released',
      evidence: 'a list',
      hint: expect.stringContaining('patch 1.1.1'),
    });
    expect(await version({ files: one, released: ['1.1'], isQuestion: true })).toBe('1.1.0');
    expect(await version({ files: one, released: ['1.1'], bump: 'patch' })).toBe('1.1.1');
  });

  it('is a tag on another commit, and not one that is being released now', async () => {
    const one = await files('"1.1.0"');
    await initRepository(folder);
    commit(folder);
    git(folder, 'tag', 'v1.1.0');
    expect(await version({ files: one })).toBe('1.1.0');
    commit(folder);
    await expect(compute({ files: one })).rejects.toMatchObject({
      code: 'version/already-released',
      evidence: 'tag v1.1.0',
    });
  });

  it('gives candidates the next number', async () => {
    const one = await files('"1.1.0.dev"');
    const released = ['1.1.0rc20261120', '1.1.0rc2026112001'];
    expect(await version({ files: one, kind: 'rc', released })).toBe('1.1.0rc2026112002');
  });

  it('has no candidates any more', async () => {
    const one = await files('"1.1.0.dev"');
    for (const out of ['1.1', '1.1.0.post1'])
      for (const kind of ['rc', 'custom'] as const)
        await expect(
          compute({ files: one, kind, suffix: 'b1', released: [out] }),
        ).rejects.toMatchObject({
          code: 'version/already-released',
          evidence: 'a list',
          hint: expect.stringContaining('rc 1.1.1rc20261120'),
        });
    const question = { files: one, kind: 'rc', isQuestion: true } as const;
    expect(await notes({ ...question, released: ['1.1'] })).toEqual(['behind']);
    expect(await version({ files: one, kind: 'rc', released: ['1.1'], bump: 'patch' })).toBe(
      '1.1.1rc20261120',
    );
  });

  it('is told where it comes after what is made', async () => {
    const one = await files('"1.1.0.dev"');
    const early = { files: one, kind: 'custom', suffix: '.dev1' } as const;
    expect(await notes({ ...early, released: ['1.1.0.post1'] })).toEqual(['behind']);
    expect(await notes({ files: one, kind: 'rc', released: ['1.2.0'] })).toEqual([]);
  });
});

describe('a version that an older commit has surpassed already', () => {
  it.each(['stable', 'rc', 'dev'] as const)('is told: %s', async (kind) => {
    const one = await files('"0.4.0"');
    await initRepository(folder);
    commit(folder);
    git(folder, 'tag', 'v9.0');
    git(folder, 'tag', 'v8.0');
    // On HEAD, then one commit back.
    for (let round = 0; round < 2; round += 1) {
      const { notes: told } = await compute({ files: one, kind });
      expect(told).toEqual([
        { code: 'behind', message: expect.stringContaining('comes before 9.0, which is there') },
      ]);
      commit(folder);
    }
  });

  it('is not told of another line of releases, nor of local and of lesser versions', async () => {
    const one = await files('"0.4.0"');
    await initRepository(folder);
    commit(folder);
    git(folder, 'tag', 'v0.3.9');
    git(folder, 'tag', 'v0.5+local');
    git(folder, 'checkout', '-q', '-b', 'next');
    commit(folder);
    git(folder, 'tag', 'v9.0');
    expect(await notes({ files: one })).toEqual(['behind']);
    git(folder, 'checkout', '-q', 'main');
    expect(await notes({ files: one })).toEqual([]);
  });
});
