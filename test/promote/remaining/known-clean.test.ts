/** What an earlier search found clean is believed of the same bytes and the same versions, and of nothing else. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownClean } from '../../../src/promote/remaining/known-clean.ts';
import { spellingsOf } from '../../../src/promote/text/spellings.ts';
import { parseVersion } from '../../../src/packaging/index.ts';
import { openCache } from '../../../src/support/cache.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';
import { plan } from '../support.ts';

const versions = (text: string) => [spellingsOf(parseVersion(text))];

describe('what was found clean', () => {
  it('is known of one digest and one version', async () => {
    const cache = openCache(await scratch(), ignoreEvents);
    await knownClean(cache, versions('1.0rc1')).keep('a', [1, 2]);
    expect([...(await knownClean(cache, versions('1.0rc1')).recall('a'))]).toEqual([1, 2]);
    expect((await knownClean(cache, versions('1.0rc1')).recall('b')).size).toBe(0);
    expect((await knownClean(cache, versions('1.0rc2')).recall('a')).size).toBe(0);
    expect((await knownClean(undefined, versions('1.0rc1')).recall('a')).size).toBe(0);
  });

  it('gives the same plan again, with the places that are not clean', async () => {
    const root = await scratch();
    const cache = openCache(join(root, 'cache'), ignoreEvents);
    await writeWheelFile(root, {
      version: '3.12.0rc20261119',
      files: {
        'pkg/__init__.py': '',
        'pkg/large.bin': randomBytes(17 << 20),
        'pkg/text.txt': randomBytes(5 << 20).toString('hex'),
        'pkg/says.txt': 'is 3.12.0rc20261119\n',
      },
    });
    const [first, second, without] = [
      await plan(root, { cache }),
      await plan(root, { cache }),
      await plan(root),
    ];
    expect(first.files[0]?.remaining).toMatchObject([{ path: 'pkg/says.txt', count: 1 }]);
    expect(second).toEqual(first);
    expect(without).toEqual(first);
    const declared = await plan(root, { cache, isDeclared: (path) => path.endsWith('.txt') });
    expect(declared.files[0]?.changes.map(({ from }) => from)).toContain('pkg/says.txt');
    expect(declared.problems).toEqual([]);
  });
});
