import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameIndex, type PackedNames } from '../../src/platform/name-index.ts';

/** As the update script packs; names may also be written whole, which no reader should mind. */
function pack(names: readonly string[], blockSize: number, share: boolean): PackedNames {
  const blocks: string[] = [];
  for (let start = 0; start < names.length; start += blockSize) {
    let before = '';
    const lines = names.slice(start, start + blockSize).map((name) => {
      const shared = share ? sharedStart(before, name) : 0;
      before = name;
      return `${shared}:${name.slice(shared)}`;
    });
    blocks.push(lines.join('\n'));
  }
  return { blockSize, blocks };
}

function sharedStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

const symbol = fc.stringMatching(/^[_a-cA-Z0-2.@$:]{1,8}$/);

describe('names that are kept packed', () => {
  it('are found at their place in the list, and others nowhere', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(symbol, { maxLength: 60 }),
        fc.array(symbol),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (unsorted, others, blockSize, share) => {
          const names = unsorted.toSorted((one, other) => (one < other ? -1 : 1));
          const indexOf = nameIndex(pack(names, blockSize, share));
          for (const name of [...names, ...others, '', '~']) {
            const place = names.indexOf(name);
            expect(indexOf(name)).toBe(place === -1 ? undefined : place);
          }
        },
      ),
    );
  });

  it('are none in an empty list', () => {
    expect(nameIndex({ blockSize: 64, blocks: [] })('memcpy')).toBeUndefined();
  });
});
