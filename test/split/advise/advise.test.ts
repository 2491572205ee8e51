/** Wheels with what makes them large, and what is said of them. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  adviseWheels,
  type Advice,
  type Saving,
  type SavingKind,
} from '../../../src/split/advise/index.ts';
import { compiledLibrary } from '../../support/c-library.ts';
import { hasCompiler } from '../../support/elf-edit-files.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile, type Content } from '../../support/wheel-builder.ts';

/** Bytes that deflate leaves alone. */
function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

async function advise(files: Record<string, Content>, maxSize: number): Promise<Advice> {
  const wheel = await writeWheelFile(await scratch(), { files });
  return adviseWheels([wheel], { maxSize, jobs: 1, thorough: false });
}

function savingOf({ wheels }: Advice, kind: SavingKind): Saving | undefined {
  return wheels[0]?.savings.find((saving) => saving.kind === kind);
}

describe('what is in a wheel for nothing', () => {
  it('finds copies by their digests, and a limit that leaving them out reaches', async () => {
    const library = noise(60_000);
    const files = { 'p/libx.so': library, 'p/libx.so.1': library, 'p/other.bin': noise(60_000, 7) };
    const advice = await advise(files, 130_000);
    expect(savingOf(advice, 'duplicate')).toMatchObject({ installed: 60_000, effort: 'choice' });
    expect(advice.wheels[0]?.verdict).toMatchObject({ status: 'reachable', savings: [0] });
    // PyPI takes a hundred times that without a request, whatever the user's own limit is.
    expect(advice.request).toBeUndefined();
    const wheel = await writeWheelFile(await scratch(), { files });
    const stricter = { maxSize: 130_000, givenSize: 100_000, jobs: 1, thorough: false };
    const { request } = await adviseWheels([wheel], stricter);
    expect(request?.text).toContain('https://pypi.org/project/pkg/');
    const enough = await adviseWheels([wheel], { ...stricter, givenSize: 200_000 });
    expect(enough.request).toBeUndefined();
  });

  it('tells tests, headers and caches apart', async () => {
    const advice = await advise(
      {
        'p/tests/data.bin': noise(20_000),
        'p/include/p.h': noise(10_000, 2),
        'p/__pycache__/a.cpython-312.pyc': noise(5000, 3),
        'p/__init__.py': 'x = 1\n',
      },
      10_000,
    );
    const leftovers = advice.wheels[0]?.savings.filter(({ kind }) => kind === 'leftover') ?? [];
    expect(leftovers.map(({ installed, effort }) => [installed, effort])).toEqual([
      [20_000, 'choice'],
      [10_000, 'choice'],
      [5000, 'none'],
    ]);
  });

  it('sees members that are stored or compressed in haste', async () => {
    const text = Buffer.from(
      Array.from({ length: 40_000 }, (_, index) => `line ${index * 7919} of ${index % 97}`).join(
        '\n',
      ),
    );
    const wheel = await writeWheelFile(await scratch(), {
      files: { 'p/text.txt': text },
      members: (members) =>
        members.map((member) =>
          member.name === 'p/text.txt'
            ? { ...member, data: deflateRawSync(text, { level: 1 }) }
            : member,
        ),
    });
    const options = { maxSize: 1 << 20, jobs: 1 };
    const guessed = await adviseWheels([wheel], { ...options, thorough: false });
    const measured = await adviseWheels([wheel], { ...options, thorough: true });
    const truth =
      deflateRawSync(text, { level: 1 }).length - deflateRawSync(text, { level: 9 }).length;
    expect(savingOf(guessed, 'deflate')?.downloadBasis).toBe('estimated');
    expect(savingOf(measured, 'deflate')?.downloadBasis).toBe('measured');
    for (const each of [guessed, measured])
      expect(Math.abs((savingOf(each, 'deflate')?.download ?? 0) - truth)).toBeLessThan(truth / 4);
  });

  it('says how many wheels a split needs when nothing helps', async () => {
    const advice = await advise({ 'p/data.bin': noise(50_000) }, 20_000);
    expect(advice.wheels[0]?.verdict).toMatchObject({ status: 'too-large' });
  });
});

const MODULE = `
extern void *PyModule_Create2(void *, int);
void *PyInit__x(void) { return PyModule_Create2((void *)0, 1013); }
`;

describe.skipIf(!hasCompiler())('modules of the compiler (skipped without cc)', () => {
  it('hints at what the linker could write shorter, and at one abi3 wheel for two Pythons', async () => {
    const folder = await scratch();
    const options = ['-Wl,--hash-style=both', '-Wl,-Bsymbolic'];
    const bytes = compiledLibrary({
      folder,
      name: '_x.so',
      functions: 400,
      options,
      source: MODULE,
    });
    const wheels = await Promise.all(
      ['cp311', 'cp312'].map((python) =>
        writeWheelFile(folder, {
          tags: `${python}-${python}-manylinux_2_28_x86_64`,
          files: { [`p/_x.${python}.so`]: bytes },
        }),
      ),
    );
    const advice = await adviseWheels(wheels, { maxSize: 1 << 20, jobs: 1, thorough: false });
    expect(savingOf(advice, 'exports')?.evidence.join()).toContain('401 beside');
    expect(savingOf(advice, 'relr')).toMatchObject({ isExcluded: true });
    expect(savingOf(advice, 'relr')?.installed).toBeGreaterThan(390 * 24 - 400);
    expect(advice.release?.abi3).toMatchObject([{ ready: 1, modules: 1, obstacles: [] }]);
    expect(advice.release?.abi3[0]?.wheels).toHaveLength(2);
  });
});
