import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openZip } from '../../../src/archive/zip/index.ts';
import { openBytes, type RandomAccess } from '../../../src/support/random-access.ts';
import { buildZip, extraField, type MemberSpec } from '../../support/zip-builder.ts';

/** An archive, and how often it is read. */
async function openCounted(members: MemberSpec[]) {
  const inner = openBytes(buildZip({ members }), 'x.zip');
  const counter = { reads: 0 };
  const source: RandomAccess = {
    size: inner.size,
    path: inner.path,
    read(offset, length) {
      counter.reads += 1;
      return inner.read(offset, length);
    },
    close: () => inner.close(),
  };
  const archive = await openZip(source);
  counter.reads = 0;
  return { archive, counter };
}

/** Small and large, stored and deflated, with a header that is longer than it is guessed, and one that is empty. */
const MEMBERS: MemberSpec[] = [
  { name: 'first', content: '\x7fELF and so on' },
  { name: 'large', content: randomBytes(300_000) },
  { name: 'stored', content: 'MZ stored', method: 0 },
  {
    name: 'long-header',
    content: 'behind a long header',
    local: { extra: extraField(0xd935, Buffer.alloc(16_000)) },
  },
  { name: 'empty', content: '' },
  { name: 'damaged', content: 'x', data: Buffer.from('07', 'hex') },
  { name: 'last', content: 'no data follow' },
];

describe('prefixes', () => {
  it('gives what prefix gives for each member, in the order of the archive', async () => {
    const { archive } = await openCounted(MEMBERS);
    const asked = [...archive.entries].reverse();
    const found: [string, string][] = [];
    for await (const [entry, bytes] of archive.prefixes(asked, 64))
      found.push([entry.path, Buffer.from(bytes).toString('latin1')]);
    const expected: [string, string][] = [];
    for (const entry of archive.entries) {
      const bytes = await archive.prefix(entry, 64);
      expected.push([entry.path, Buffer.from(bytes).toString('latin1')]);
    }
    expect(found).toEqual(expected);
    expect(found[0]).toEqual(['first', '\x7fELF and so on']);
    expect(found[1]?.[1]).toHaveLength(64);
  });

  it('reads small members together, and does not read large ones', async () => {
    const small = Array.from({ length: 500 }, (_, n) => ({ name: `${n}.py`, content: `n = ${n}` }));
    const large = { name: 'large', content: randomBytes(2_000_000), method: 0 };
    const { archive, counter } = await openCounted([...small, large, { name: 'z', content: 'z' }]);
    let members = 0;
    for await (const [, bytes] of archive.prefixes(archive.entries, 64))
      members += bytes.length > 0 ? 1 : 0;
    expect(members).toBe(502);
    expect(counter.reads).toBe(2);
  });

  it.each([
    ['zip/header-mismatch', { name: 'b', content: 'b', local: { name: 'c' } }],
    ['zip/unsupported-method', { name: 'b', content: 'b', central: { method: 12 }, method: 0 }],
    ['zip/bad-local-header', { name: 'b', content: 'b', local: { signature: 1 } }],
  ] as const)('refuses a damaged member: %s', async (code, damaged) => {
    const { archive } = await openCounted([{ name: 'a', content: 'a' }, { ...damaged }]);
    const readAll = async (): Promise<void> => {
      for await (const _ of archive.prefixes(archive.entries, 64));
    };
    await expect(readAll()).rejects.toMatchObject({ code });
  });
});
