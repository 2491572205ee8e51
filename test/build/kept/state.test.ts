import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openState, wheelsOfOthers, type BuildRecord } from '../../../src/build/kept/state.ts';
import {
  findWheel,
  openStore,
  publishWheels,
  publishedAmong,
  removeWheel,
  stageFolder,
  type Store,
} from '../../../src/build/kept/store.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { scratch } from '../../support/scratch.ts';

let output: string;

beforeEach(async () => {
  output = join(await scratch(), 'out');
});

function record(changes: Partial<BuildRecord> = {}): BuildRecord {
  return {
    key: 'k',
    sources: 's',
    filename: 'demo-1.0-py3-none-any.whl',
    sha256: sha256('wheel'),
    size: 5,
    builtAs: 'demo-1.0-py3-none-any.whl',
    findings: [
      { code: 'audit/no-native', severity: 'warning', effect: 'advice', message: 'm', path: 'p' },
    ],
    notices: ['n'],
    ...changes,
  };
}

describe('the state', () => {
  it('remembers from run to run', async () => {
    const first = await openState(output, 'demo');
    expect(first.earlier).toEqual({});
    await first.rememberBuild('cp312', record({ requiresPython: '>=3.8' }));
    await first.rememberPassed('cp312', 'key');
    const second = await openState(output, 'demo');
    expect(second.earlier).toEqual({ cp312: record({ requiresPython: '>=3.8' }) });
    expect([
      second.hasPassed('cp312', 'key'),
      second.hasPassed('cp312', 'x'),
      second.hasPassed('cp311', 'key'),
    ]).toEqual([true, false, false]);
    await second.forget({ builds: ['cp312'], tests: ['cp312'] });
    const third = await openState(output, 'demo');
    expect([third.earlier, third.hasPassed('cp312', 'key')]).toEqual([{}, false]);
  });

  it('takes changes of parallel jobs', async () => {
    const state = await openState(output, 'demo');
    const ids = Array.from({ length: 20 }, (_, index) => `job${index}`);
    await Promise.all(ids.map(async (id) => state.rememberBuild(id, record())));
    expect(Object.keys((await openState(output, 'demo')).earlier).sort()).toEqual(ids.sort());
  });

  it.each([
    ['no JSON', '{'],
    ['another schema', '{"schema": "wheelworks.release-state/9", "builds": {}, "tests": {}}'],
    [
      'a path for a name',
      JSON.stringify({
        schema: 'wheelworks.release-state/1',
        builds: { a: { ...record(), filename: '../../x.whl' } },
        tests: {},
      }),
    ],
    ['nothing', ''],
  ])('with %s in it counts as none', async (_what, text) => {
    await mkdir(join(output, '.wheelworks'), { recursive: true });
    await writeFile(join(output, '.wheelworks/demo.json'), text);
    expect((await openState(output, 'demo')).earlier).toEqual({});
  });

  it('knows the wheels of other projects in the folder', async () => {
    await (
      await openState(output, 'other')
    ).rememberBuild('cp312', record({ filename: 'other-1-py3-none-any.whl' }));
    await (await openState(output, 'demo')).rememberBuild('cp312', record());
    expect(await wheelsOfOthers(output, 'demo')).toEqual(['other-1-py3-none-any.whl']);
    expect(await wheelsOfOthers(join(output, 'absent'), 'demo')).toEqual([]);
  });

  it('goes on after a write that failed', async () => {
    await mkdir(output);
    await writeFile(join(output, '.wheelworks'), 'a file where the folder should be');
    const state = await openState(output, 'demo');
    await expect(state.rememberPassed('a', 'b')).rejects.toMatchObject({
      code: expect.stringMatching(/^file\//),
    });
    await expect(state.rememberPassed('c', 'd')).rejects.toMatchObject({
      code: expect.stringMatching(/^file\//),
    });
  });
});

describe('the output folder', () => {
  let store: Store;

  async function stage(id: string, filename: string, contents: string): Promise<BuildRecord> {
    await mkdir(stageFolder(store, id), { recursive: true });
    await writeFile(join(stageFolder(store, id), filename), contents);
    return record({ filename, sha256: sha256(contents) });
  }

  beforeEach(async () => {
    store = await openStore(output, 'demo');
  });

  it('finds a wheel where it is staged or published, if it is the same', async () => {
    const wheel = await stage('cp312', 'demo-1-py3-none-any.whl', 'one');
    expect(await findWheel(store, 'cp312', wheel)).toBe(
      join(stageFolder(store, 'cp312'), wheel.filename),
    );
    await publishWheels(store, [{ ...wheel, stage: 'cp312' }], new Set());
    expect(await findWheel(store, 'cp312', wheel)).toBe(join(output, wheel.filename));
    await writeFile(join(output, wheel.filename), 'damaged');
    expect(await findWheel(store, 'cp312', wheel)).toBeUndefined();
  });

  it('publishes what is asked, and keeps staged what waits', async () => {
    const wheel = await stage('a', 'demo-1-py3-none-any.whl', 'one');
    await stage('b', 'demo-1-py3-none-any.whl', 'dropped');
    await stage('c', 'demo-2-py3-none-any.whl', 'waiting');
    await publishWheels(store, [{ ...wheel, stage: 'a' }], new Set(['c']));
    expect(readFileSync(join(output, wheel.filename), 'utf8')).toBe('one');
    expect(['a', 'b', 'c'].map((id) => existsSync(stageFolder(store, id)))).toEqual([
      false,
      false,
      true,
    ]);
    // Again, with nothing staged: a wheel that was published before stays.
    await publishWheels(store, [{ ...wheel, stage: 'a' }], new Set());
    expect(await publishedAmong(store, [wheel.filename, 'absent.whl'])).toEqual([wheel.filename]);
  });

  it('removes what it made, and nothing that somebody put in its place', async () => {
    const wheel = await stage('a', 'demo-1-py3-none-any.whl', 'one');
    await publishWheels(store, [{ ...wheel, stage: 'a' }], new Set());
    await writeFile(join(output, `${wheel.filename}.metadata`), '');
    expect(await removeWheel(store, wheel)).toBe(true);
    expect(existsSync(join(output, `${wheel.filename}.metadata`))).toBe(false);
    await writeFile(join(output, wheel.filename), "somebody's own");
    expect(await removeWheel(store, wheel)).toBe(false);
    expect(existsSync(join(output, wheel.filename))).toBe(true);
  });

  it('below a file is a coded error', async () => {
    await writeFile(join(output, 'file'), '');
    await expect(openStore(join(output, 'file', 'out'), 'demo')).rejects.toMatchObject({
      code: 'file/not-a-directory',
    });
  });
});
