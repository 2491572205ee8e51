import { readElf } from '../../src/binary/elf/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { countingBytes, isProportional, readEverything } from './elf-work.ts';

/** A file to be mutated. */
export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FuzzResult {
  readonly cases: number;
  /** Mutated files that could be read, faults or not. */
  readonly returned: number;
  /** Of those, the ones with faults. */
  readonly faulty: number;
  /** Cases by the code of the error they were refused with. */
  readonly refused: ReadonlyMap<string, number>;
}

/** A stretch of a file that decides how the rest is read, and so is worth damaging. */
export interface Target {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads mutated copies of the seeds. The same seed number gives the same cases.
 * @throws Error naming the seed file and case of the first one that fails other than with a `WheelworksError`, or
 *   takes more than a constant of the file's size.
 */
export function fuzzElf(
  seeds: readonly FuzzSeed[],
  options: { readonly cases: number; readonly seed: number },
): FuzzResult {
  const refused = new Map<string, number>();
  let returned = 0;
  let faulty = 0;
  const prepared = seeds.map((seed) => ({ seed, targets: targetsOf(seed.bytes) }));
  for (let index = 0; index < options.cases; index += 1) {
    const random = createRandom(options.seed + index);
    const chosen = prepared[index % prepared.length];
    if (chosen === undefined) break;
    const mutated = mutate(chosen.seed.bytes, chosen.targets, random);
    const { source, work } = countingBytes(mutated);
    const name = `${chosen.seed.name}, seed ${options.seed + index}`;
    try {
      const elf = readEverything(source);
      returned += 1;
      if (elf.faults.length > 0) faulty += 1;
    } catch (error) {
      if (!(error instanceof WheelworksError))
        throw new Error(`${name} fails with ${String(error)}`, { cause: error });
      refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    }
    if (!isProportional(work, mutated.length))
      throw new Error(`${name} takes ${work.calls} calls and ${work.bytes} bytes.`);
  }
  return { cases: options.cases, returned, faulty, refused };
}

/** The tables of a file: headers, dynamic section, all that it points to, notes. */
export function targetsOf(bytes: Uint8Array): readonly Target[] {
  const elf = readElf(bytes);
  const { header, dynamic } = elf;
  const ranges: Target[] = [
    { offset: 0, length: 64 },
    {
      offset: header.programHeaders.offset,
      length: header.programHeaders.count * header.programHeaders.entrySize,
    },
    {
      offset: header.sectionHeaders.offset,
      length: header.sectionHeaders.count * header.sectionHeaders.entrySize,
    },
  ];
  if (dynamic !== undefined) ranges.push({ offset: dynamic.offset, length: dynamic.size });
  for (const { value } of dynamic?.entries ?? []) {
    const offset = elf.addresses.toOffset(value);
    if (offset !== undefined) ranges.push({ offset, length: 256 });
  }
  for (const note of elf.notes) ranges.push({ offset: note.offset, length: 64 });
  return ranges.filter(({ offset, length }) => length > 0 && offset + length <= bytes.length);
}

/** A whole number from zero up to, and not including, `below`. */
export type Random = (below: number) => number;

/** Mulberry32: small, fast, the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const INTERESTING: readonly bigint[] = [
  0n,
  1n,
  2n,
  7n,
  8n,
  0x10n,
  0xffn,
  0x7fffn,
  0xfff1n,
  0xffffn,
  0x10000n,
  0x7fffffffn,
  0x80000000n,
  0xfffffff0n,
  0xffffffffn,
  0x100000000n,
  0x1fffffffffffffn,
  0x20000000000000n,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
];

/** A copy with a few damaged places, mostly in its tables, and sometimes without its end. */
export function mutate(
  original: Uint8Array,
  targets: readonly Target[],
  random: Random,
): Uint8Array {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  const rounds = 1 + random(6);
  for (let round = 0; round < rounds; round += 1) {
    const target =
      random(8) === 0
        ? { offset: 0, length: bytes.length }
        : (targets[random(targets.length)] ?? { offset: 0, length: bytes.length });
    mutateOnce(view, target, random);
  }
  return random(10) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

function mutateOnce(view: DataView, target: Target, random: Random): void {
  const width = ([1, 2, 4, 8] as const)[random(4)] ?? 1;
  const inside = random(Math.max(1, target.length - width + 1));
  const aligned = random(4) === 0 ? inside : inside - (inside % width);
  const offset = target.offset + aligned;
  if (offset + width > view.byteLength) return;
  const kind = random(4);
  if (kind === 0) {
    view.setUint8(offset, view.getUint8(offset) ^ (1 << random(8)));
    return;
  }
  if (kind === 1) {
    const from = random(view.byteLength - width);
    for (let at = 0; at < width; at += 1) view.setUint8(offset + at, view.getUint8(from + at));
    return;
  }
  const value = kind === 2 ? (INTERESTING[random(INTERESTING.length)] ?? 0n) : BigInt(random(4096));
  const little = random(2) === 0;
  if (width === 1) view.setUint8(offset, Number(value & 0xffn));
  else if (width === 2) view.setUint16(offset, Number(value & 0xffffn), little);
  else if (width === 4) view.setUint32(offset, Number(value & 0xffffffffn), little);
  else view.setBigUint64(offset, value, little);
}
