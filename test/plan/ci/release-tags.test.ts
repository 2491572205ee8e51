import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { releaseTags } from '../../../src/plan/ci/release-tags.ts';
import { versionOfTag } from '../../../src/versioning/index.ts';

/** What `[[ TAG =~ EXPRESSION ]]` of bash says of each. */
function byBash(expression: string, tags: readonly string[]): readonly string[] {
  const script = 'e=$1; shift; for t; do [[ $t =~ $e ]] && echo "$t"; done; true';
  const run = spawnSync('bash', ['-c', script, 'bash', expression, ...tags], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout.split('\n').filter((line) => line !== '');
}

const TAGS = [
  '1.2.3',
  'v1.2.3',
  '1',
  'v2024.1',
  '1!2.0',
  '1.0a1',
  'v1.0.0rc2',
  '1.0-beta.3',
  '1.0.post1',
  '1.0-1',
  '1.0.dev4',
  '1.0rc1.post2.dev3',
  'v1.0.0-alpha',
  'nightly',
  'v1-docs',
  'vscode-1.0',
  '1.0+local',
  '1.0.',
  'version1',
  'spam-1.0',
  'spam-v1.0',
  'eggs-1.0',
  'spam.x-1.0',
  'release/1.0/final',
  'c++-1.0',
];

describe('tags of releases', () => {
  test.each([
    ['{version}', 'spam'],
    ['v{version}', 'spam'],
    ['{name}-{version}', 'spam'],
    ['{name}-{version}', 'spam.x'],
    ['{name}-{version}', 'c++'],
    ['release/{version}/final', 'spam'],
  ])('by %s of %s, as `version` takes them', (pattern, name) => {
    const { expression } = releaseTags([pattern], name);
    // Local versions are none of an index.
    const wanted = TAGS.filter(
      (tag) => versionOfTag(tag, [pattern], [name]) !== undefined && !tag.includes('+local'),
    ).filter((tag) => name !== 'c++' || !tag.startsWith('c++'));
    const extra = name === 'c++' ? ['c++-1.0'] : [];
    expect(byBash(expression, TAGS)).toEqual([...wanted, ...extra]);
    expect(TAGS.filter((tag) => new RegExp(expression).test(tag))).toEqual([...wanted, ...extra]);
  });

  test('by several patterns, and of any name', () => {
    const { expression } = releaseTags(['{name}-{version}', '{version}']);
    expect(byBash(expression, ['eggs-1.0', 'v1', 'eggs-final'])).toEqual(['eggs-1.0', 'v1']);
  });

  test('filters of GitHub quote what is special, and ask for a number', () => {
    expect(releaseTags(['{version}']).filters).toEqual(['[0-9]*', 'v[0-9]*']);
    expect(releaseTags(['v{version}']).filters).toEqual(['v[0-9]*']);
    expect(releaseTags(['{name}-{version}'], 'c++').filters).toEqual([
      String.raw`c\+\+-[0-9]*`,
      String.raw`c\+\+-v[0-9]*`,
    ]);
  });
});
