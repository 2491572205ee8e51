/**
 * The place of a name in a long sorted list that is kept packed.
 *
 * The list is cut into blocks of the same number of names. In a block each line is a name: how many characters it shares
 * with the one before it, a colon, and the rest; a block's first name is whole. So a look-up decodes one block, and a
 * program that asks for few names never decodes the others.
 */

/** A sorted list of names, packed. */
export interface PackedNames {
  /** Names in every block but the last, which may have fewer. */
  readonly blockSize: number;
  readonly blocks: readonly string[];
}

/** A function from a name to its place in the list, from 0; undefined for names that are not in it. */
export function nameIndex({
  blocks,
  blockSize,
}: PackedNames): (name: string) => number | undefined {
  const decoded = new Map<number, ReadonlyMap<string, number>>();
  return (name) => {
    const at = lastNotAfter(blocks, name);
    const block = blocks[at];
    if (block === undefined) return undefined;
    let places = decoded.get(at);
    if (places === undefined) {
      places = decodeBlock(block, at * blockSize);
      decoded.set(at, places);
    }
    return places.get(name);
  };
}

/** The last block that does not begin after the name, -1 when all do. Order is that of UTF-16 code units. */
function lastNotAfter(blocks: readonly string[], name: string): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firstOf(blocks[middle] ?? '') <= name) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function firstOf(block: string): string {
  const end = block.indexOf('\n');
  return block.slice(block.indexOf(':') + 1, end === -1 ? undefined : end);
}

function decodeBlock(block: string, start: number): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  let name = '';
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    name = name.slice(0, Number(line.slice(0, colon))) + line.slice(colon + 1);
    places.set(name, start + places.size);
  }
  return places;
}
