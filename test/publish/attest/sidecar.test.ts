import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatAttestation } from '../../../src/packaging/index.ts';
import { isAttestationName, readAttestations } from '../../../src/publish/attest/index.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { makeAttestation } from '../../support/fake-sigstore.ts';
import { scratch } from '../../support/scratch.ts';

const NAME = 'demo-1.0.tar.gz';
const DIGEST = sha256('demo');

async function dist(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratch();
  await writeFile(join(folder, NAME), 'demo');
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return join(folder, NAME);
}

const publish = (): string => formatAttestation(makeAttestation());
const slsa = (): string =>
  formatAttestation(
    makeAttestation({
      statement: {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: NAME, digest: { sha256: DIGEST } }],
        predicateType: 'https://slsa.dev/provenance/v1',
        predicate: {},
      },
    }),
  );

describe('attestations beside a file', () => {
  it('may be none', async () => {
    const path = await dist({
      'demo-1.0.1.tar.gz.publish.attestation': publish(),
      [`${NAME}.attestation.txt`]: '',
      [`${NAME}.sig`]: '',
    });
    expect(await readAttestations(path, DIGEST)).toBeUndefined();
  });

  it('are all that twine takes', async () => {
    const path = await dist({
      [`${NAME}.publish.attestation`]: publish(),
      [`${NAME}.slsa.attestation`]: slsa(),
    });
    const given = await readAttestations(path, DIGEST);
    expect(given?.paths).toEqual([`${path}.publish.attestation`, `${path}.slsa.attestation`]);
    expect(given?.reports.every(({ ok }) => ok)).toBe(true);
  });

  it.each([
    ['is broken', '{', 'attestation/malformed'],
    [
      'is of another file',
      formatAttestation(makeAttestation({ name: 'b-1.tar.gz' })),
      'attestation/other-file',
    ],
    [
      'is of other bytes',
      formatAttestation(makeAttestation({ sha256: sha256('b') })),
      'attestation/digest',
    ],
    ['is huge', ' '.repeat(2 << 20), 'attestation/too-large'],
  ])('are refused where one %s', async (_, text, code) => {
    const path = await dist({ [`${NAME}.publish.attestation`]: text });
    await expect(readAttestations(path, DIGEST)).rejects.toMatchObject({
      code,
      path: `${path}.publish.attestation`,
    });
  });

  it('are refused where two say the same', async () => {
    const path = await dist({
      [`${NAME}.a.attestation`]: publish(),
      [`${NAME}.b.attestation`]: publish(),
    });
    await expect(readAttestations(path, DIGEST)).rejects.toMatchObject({
      code: 'attestation/same-predicate',
    });
  });

  it('are files', async () => {
    const path = await dist({});
    await mkdir(`${path}.publish.attestation`);
    await expect(readAttestations(path, DIGEST)).rejects.toMatchObject({
      code: 'file/is-a-directory',
    });
  });
});

describe('names of attestations', () => {
  it.each([
    ['a-1-py3-none-any.whl.publish.attestation', true],
    ['a-1.tar.gz.slsa.attestation', true],
    ['a-1.tar.gz.attestation', true],
    ['a-1.tar.gz', false],
    ['notes.attestation', false],
  ])('%s: %s', (name, is) => {
    expect(isAttestationName(name)).toBe(is);
  });
});
