/** Lists of edits by chance, the same for the same seed. */
import type { ElfEdit, ElfFile } from '../../src/binary/elf/index.ts';

/** Numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Edits that a file can have, that do not contradict each other; sometimes none, sometimes every kind. */
export function randomEdits(elf: ElfFile, random: () => number): readonly ElfEdit[] {
  const edits: ElfEdit[] = [];
  const chance = (part: number): boolean => random() < part;
  const name = (stem: string): string =>
    `${stem}-${Math.floor(random() * 2 ** 32).toString(16)}${'x'.repeat(Math.floor(random() ** 3 * 200))}.so.${Math.floor(random() * 9)}`;
  const needed = [...new Set(elf.needed)];
  if (chance(0.1))
    edits.push({
      kind: 'set-needed',
      names: [...needed.filter(() => chance(0.7)), name('libset')],
    });
  else {
    for (const library of needed) {
      const dice = random();
      if (dice < 0.35) edits.push({ kind: 'replace-needed', from: library, to: name('libnew') });
      else if (dice < 0.45) edits.push({ kind: 'remove-needed', name: library });
    }
    for (let index = 0; index < 3; index += 1)
      if (chance(0.15)) edits.push({ kind: 'add-needed', name: name('libmore') });
  }
  if (chance(0.5)) edits.push({ kind: 'soname', name: chance(0.1) ? undefined : name('libself') });
  const path = (): readonly string[] =>
    Array.from({ length: Math.floor(random() * 4) }, () => `$ORIGIN/${name('folder')}`);
  if (chance(0.5)) edits.push({ kind: 'rpath', entries: path() });
  if (chance(0.4)) edits.push({ kind: 'runpath', entries: path() });
  if (chance(0.2)) edits.push({ kind: 'clear-executable-stack' });
  if (chance(0.15)) {
    const isFixed = edits.some(({ kind }) => kind === 'remove-needed' || kind === 'set-needed');
    const versioned = elf
      .symbols()
      .filter(({ version, section }) => section === 0 && version?.library !== undefined);
    const symbol = versioned[Math.floor(random() * versioned.length)];
    if (symbol !== undefined && !isFixed)
      edits.push({ kind: 'clear-version', symbol: symbol.name });
  }
  return edits;
}
