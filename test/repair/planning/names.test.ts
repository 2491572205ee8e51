import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { graftedName } from '../../../src/repair/planning/names.ts';
import { library, MODULE, planned } from './plan.ts';

describe('the name of a grafted library', () => {
  it.each([
    ['liblber-2.5.so.0', 'liblber-2.5-64f183c1.so.0'],
    ['libfoo.so', 'libfoo-64f183c1.so'],
    ['libfoo.so.1.2.3', 'libfoo-64f183c1.so.1.2.3'],
    ['libsolid.solver.so.1', 'libsolid.solver-64f183c1.so.1'],
    ['weird.so.so.2', 'weird.so-64f183c1.so.2'],
    ['nodot', 'nodot-64f183c1'],
    ['libfoo.sox', 'libfoo.sox-64f183c1'],
  ])('%s becomes %s', (name, expected) => {
    expect(graftedName(name, '64f183c1')).toBe(expected);
  });

  async function nameOf(changes: {
    readonly inner?: string;
    readonly strip?: boolean;
    readonly clearExecutableStack?: boolean;
  }): Promise<string | undefined> {
    const { inner = 'x', ...options } = changes;
    const { plan } = await planned({
      files: { [MODULE]: { needed: ['liba.so.1', 'libc.so.6'] } },
      libraries: {
        'liba.so.1': library('liba.so.1', 'libb.so.1'),
        'libb.so.1': { ...library('libb.so.1'), symbols: [{ name: inner, section: 1 }] },
      },
      options,
    });
    return plan.grafted.find(({ name }) => name === 'liba.so.1')?.to;
  }

  it('says what the file will be: the same wherever it lies', async () => {
    const [first, second] = await Promise.all([nameOf({}), nameOf({})]);
    expect(first).toMatch(/^pkg\.libs\/liba-[0-9a-f]{8}\.so\.1$/);
    expect(second).toBe(first);
  });

  it('is another one when what is made of it differs, or what it needs does', async () => {
    const names = await Promise.all([
      nameOf({}),
      nameOf({ strip: true }),
      nameOf({ inner: 'y' }),
      nameOf({ clearExecutableStack: true }),
    ]);
    expect(new Set(names.slice(0, 3)).size).toBe(3);
    // It says of its stack already that it needs no executable one; the option is part of the name all the same.
    expect(new Set(names).size).toBe(4);
  });

  it('is the start of the hash that docs/repair.md describes', async () => {
    const { plan } = await planned({
      files: { [MODULE]: { needed: ['liba.so.1', 'libc.so.6'] } },
      libraries: {
        'liba.so.1': library('liba.so.1', 'libb.so.1'),
        'libb.so.1': library('libb.so.1'),
      },
    });
    const digest = (value: unknown): string =>
      createHash('sha256').update(JSON.stringify(value)).digest('hex');
    const source = (name: string): string | undefined =>
      plan.grafted.find((graft) => graft.name === name)?.sha256;
    const settings = { strip: false, clearExecutableStack: false };
    const inner = digest([
      'wheelworks graft 1',
      source('libb.so.1'),
      settings,
      [],
      'libb.so.1',
      [],
    ]);
    const outer = digest([
      'wheelworks graft 1',
      source('liba.so.1'),
      settings,
      [],
      'liba.so.1',
      [['libb.so.1', inner]],
    ]);
    expect(plan.grafted.map(({ to }) => to)).toEqual([
      `pkg.libs/liba-${outer.slice(0, 8)}.so.1`,
      `pkg.libs/libb-${inner.slice(0, 8)}.so.1`,
    ]);
  });
});

describe('libraries in a circle', () => {
  it('have names of their own, each with its edges', async () => {
    const { plan } = await planned({
      files: { [MODULE]: { needed: ['liba.so.1', 'libc.so.6'] } },
      libraries: {
        'liba.so.1': library('liba.so.1', 'libb.so.1'),
        'libb.so.1': library('libb.so.1', 'liba.so.1'),
      },
    });
    const [a, b] = plan.grafted;
    expect(plan.grafted.map(({ name }) => name)).toEqual(['liba.so.1', 'libb.so.1']);
    expect(a?.needs).toEqual([b?.to]);
    expect(b?.needs).toEqual([a?.to]);
  });
});

describe('one soname from two places', () => {
  it('with different bytes is two libraries, each for those that found it', async () => {
    const { plan } = await planned({
      files: {
        'pkg/a.so': { needed: ['libp.so.1', 'libc.so.6'] },
        'pkg/b.so': { needed: ['libq.so.1', 'libc.so.6'] },
      },
      libraries: {
        'libp.so.1': { ...library('libp.so.1', 'libsame.so.1'), rpath: '$ORIGIN/p' },
        'libq.so.1': { ...library('libq.so.1', 'libsame.so.1'), rpath: '$ORIGIN/q' },
        'p/libsame.so.1': { ...library('libsame.so.1'), symbols: [{ name: 'p', section: 1 }] },
        'q/libsame.so.1': { ...library('libsame.so.1'), symbols: [{ name: 'q', section: 1 }] },
      },
    });
    const same = plan.grafted.filter(({ name }) => name === 'libsame.so.1');
    expect(same).toHaveLength(2);
    for (const [user, folder] of [
      ['libp.so.1', '/p/'],
      ['libq.so.1', '/q/'],
    ] as const) {
      const own = plan.grafted.find(({ name }) => name === user);
      const target = same.find(({ from }) => from.includes(folder));
      expect(own?.needs).toEqual([target?.to]);
      expect(own?.edits).toContainEqual({
        kind: 'replace-needed',
        from: 'libsame.so.1',
        to: target?.to.replace('pkg.libs/', ''),
      });
      expect(own?.edits).toContainEqual({ kind: 'rpath', entries: ['$ORIGIN'] });
    }
  });

  it('with the same bytes is one', async () => {
    const { plan } = await planned({
      files: {
        'pkg/a.so': { needed: ['libp.so.1', 'libc.so.6'] },
        'pkg/b.so': { needed: ['libq.so.1', 'libc.so.6'] },
      },
      libraries: {
        'libp.so.1': { ...library('libp.so.1', 'libsame.so.1'), rpath: '$ORIGIN/p' },
        'libq.so.1': { ...library('libq.so.1', 'libsame.so.1'), rpath: '$ORIGIN/q' },
        'p/libsame.so.1': library('libsame.so.1'),
        'q/libsame.so.1': library('libsame.so.1'),
      },
    });
    expect(plan.grafted.map(({ name }) => name)).toEqual([
      'libp.so.1',
      'libq.so.1',
      'libsame.so.1',
    ]);
    expect(plan.grafted.at(-1)?.neededBy).toEqual(['libp.so.1', 'libq.so.1']);
  });
});
