import { describe, expect, it } from 'vitest';
import { DF, DF_1, DT, PT, readElf, type ElfLinking } from '../../../src/binary/elf/index.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';
import { overwrite } from '../../support/elf-writer.ts';

function linking(plan: ElfPlan): ElfLinking {
  return readElf(buildElf(plan).bytes).linking;
}

describe('linking', () => {
  it('is lazy and unprotected by default', () => {
    expect(linking({})).toEqual({
      flags: 0,
      flags1: 0,
      bindNow: false,
      textRelocations: false,
      origin: false,
      noDefaultLibraries: false,
      noDelete: false,
      noOpen: false,
      staticTls: false,
      symbolic: false,
      relro: 'none',
      execStack: undefined,
    });
  });

  it.each([
    ['DT_BIND_NOW', DT.BIND_NOW, 0],
    ['DF_BIND_NOW', DT.FLAGS, DF.BIND_NOW],
    ['DF_1_NOW', DT.FLAGS_1, DF_1.NOW],
  ])('is bound at once with %s', (_, tag, value) => {
    expect(linking({ tags: [[tag, value]] }).bindNow).toBe(true);
  });

  it('calls RELRO full only when everything is bound at once', () => {
    expect(linking({ relro: true }).relro).toBe('partial');
    expect(linking({ relro: true, tags: [[DT.BIND_NOW, 0]] }).relro).toBe('full');
    expect(linking({ tags: [[DT.BIND_NOW, 0]] }).relro).toBe('none');
  });

  it('sees text relocations, $ORIGIN and the rest of the flags', () => {
    expect(linking({ tags: [[DT.TEXTREL, 0]] }).textRelocations).toBe(true);
    expect(linking({ tags: [[DT.FLAGS, DF.TEXTREL]] }).textRelocations).toBe(true);
    expect(linking({ tags: [[DT.FLAGS, DF.ORIGIN | DF.STATIC_TLS]] })).toMatchObject({
      flags: 17,
      origin: true,
      staticTls: true,
    });
    expect(
      linking({ tags: [[DT.FLAGS_1, DF_1.ORIGIN | DF_1.NODEFLIB | DF_1.NODELETE | DF_1.NOOPEN]] }),
    ).toMatchObject({ origin: true, noDefaultLibraries: true, noDelete: true, noOpen: true });
    expect(linking({ tags: [[DT.SYMBOLIC, 0]] }).symbolic).toBe(true);
  });

  it('takes the last of repeated tags, as loaders do', () => {
    const tags = [
      [DT.FLAGS, DF.BIND_NOW],
      [DT.FLAGS, DF.ORIGIN],
    ] as const;
    expect(linking({ tags })).toMatchObject({ bindNow: false, origin: true });
  });

  it('takes the last of repeated stacks, as kernels do', () => {
    const built = buildElf({ execStack: true, relro: true });
    const relro = readElf(built.bytes).segments.find(({ type }) => type === PT.GNU_RELRO);
    overwrite(built, { offset: relro?.headerOffset ?? -1, width: 4 }, PT.GNU_STACK);
    expect(readElf(built.bytes).linking.execStack).toBe(false);
  });

  it('tells an executable stack from an undeclared one', () => {
    expect(linking({ execStack: true }).execStack).toBe(true);
    expect(linking({ execStack: false }).execStack).toBe(false);
    expect(linking({}).execStack).toBeUndefined();
  });
});
