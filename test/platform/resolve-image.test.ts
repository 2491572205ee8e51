import { describe, expect, it } from 'vitest';
import { buildImages, parseImageMirrors, resolveImage } from '../../src/platform/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';

function refusal(work: () => unknown): WheelworksError {
  try {
    work();
  } catch (error) {
    if (error instanceof WheelworksError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an image by its short name', () => {
  it('is pinned to the build that the table records', () => {
    const image = resolveImage('manylinux_2_28', 'x86_64');
    expect(image.reference).toBe(
      'quay.io/pypa/manylinux_2_28_x86_64@sha256:0c87ccb5996dab6c3b7612ee4fda7b80c4ab3c44a86c2541e4a872afdf4f131b',
    );
    expect(image).toMatchObject({ pinned: true, notices: [] });
    expect(image.known?.pin?.release).toBe('2026.08.15-1');
  });

  it('may be the name of the baseline, and that of PyPy options', () => {
    expect(resolveImage('manylinux_2_17', 'i686').reference).toMatch(
      /^quay\.io\/pypa\/manylinux2014_i686@sha256:[0-9a-f]{64}$/,
    );
    expect(resolveImage('manylinux2014', 'pypy_x86_64')).toEqual(
      resolveImage('manylinux2014', 'x86_64'),
    );
  });

  it('tells that a build nobody recorded is not pinned, and an old one not maintained', () => {
    const old = resolveImage('manylinux2010', 'x86_64');
    expect(old.reference).toBe('quay.io/pypa/manylinux2010_x86_64');
    expect(old.pinned).toBe(false);
    expect(old.notices).toHaveLength(2);
    expect(old.notices.join('\n')).toMatch(/not pinned by a digest[^]*since 2022-08-01/);
  });

  it('is refused when there is none, with the nearest or those of the architecture', () => {
    const mistyped = refusal(() => resolveImage('manylinux_2_288', 'x86_64'));
    expect(mistyped.code).toBe('container/unknown-image');
    expect(mistyped.hint).toMatch(/^Did you mean manylinux_2_28\?/);
    const elsewhere = refusal(() => resolveImage('manylinux_2_28', 'riscv64'));
    expect(elsewhere.message).toBe('There is no image manylinux_2_28 for riscv64.');
    expect(elsewhere.hint).toMatch(/manylinux_2_39/);
  });
});

describe('an image by its reference', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it('stays as it is', () => {
    const pinned = `ghcr.io/me/image@${digest}`;
    expect(resolveImage(pinned, 'x86_64')).toEqual({
      reference: pinned,
      pinned: true,
      notices: [],
    });
    const known = resolveImage('quay.io/pypa/manylinux_2_28_x86_64', 'x86_64');
    expect(known.reference).toBe('quay.io/pypa/manylinux_2_28_x86_64');
    expect(known.known?.baseline).toBe('manylinux_2_28');
    expect(known.notices.join()).toMatch(/not pinned/);
  });

  it('comes from the mirror of its longest beginning, at a whole part', () => {
    const mirrors = parseImageMirrors(
      'quay.io=all.example quay.io/pypa=mirror.example:5000/pypa,docker.io=hub.example',
    );
    const from = (reference: string) => resolveImage(reference, 'x86_64', mirrors).reference;
    expect(from(`quay.io/pypa/x@${digest}`)).toBe(`mirror.example:5000/pypa/x@${digest}`);
    expect(from('quay.io/pypax/x:1')).toBe('all.example/pypax/x:1');
    expect(from('ghcr.io/pypa/x')).toBe('ghcr.io/pypa/x');
    expect(from('musllinux_1_2')).toMatch(
      /^mirror\.example:5000\/pypa\/musllinux_1_2_x86_64@sha256:/,
    );
  });

  it('has no mirror that is not written as one', () => {
    for (const text of ['quay.io', '=mirror.example', 'quay.io=', 'a=b=c'])
      expect(refusal(() => parseImageMirrors(text)).code).toBe('container/invalid-mirror');
  });
});

it('pins every image of its makers that is maintained', () => {
  const unpinned = buildImages.filter(
    ({ retired, reference, pin }) =>
      retired === undefined && pin === undefined && reference.startsWith('quay.io/pypa/'),
  );
  // cibuildwheel has no use for that one.
  expect(unpinned.map(({ reference }) => reference)).toEqual([
    'quay.io/pypa/manylinux_2_39_aarch64',
  ]);
});
