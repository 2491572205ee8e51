import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAttestations } from '../../../src/packaging/index.ts';
import { collectAttestations, type SignOptions } from '../../../src/publish/attest/index.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { Secret } from '../../../src/support/secret.ts';
import { scratch } from '../../support/scratch.ts';
import { fakeIdentity, fakeSigstore } from './fake-services.ts';

const NAME = 'demo-1.0-py3-none-any.whl';
const DIGEST = sha256('demo');

async function lab(): Promise<{ path: string; sign: SignOptions; asked: () => number }> {
  const path = join(await scratch(), NAME);
  await writeFile(path, 'demo');
  const { fulcioUrl, rekorUrl, requests } = await fakeSigstore();
  const identity = (): Promise<Secret> => Promise.resolve(new Secret(fakeIdentity()));
  return { path, sign: { identity, fulcioUrl, rekorUrl }, asked: () => requests.length };
}

describe('the attestations of a file', () => {
  it('are made once and then kept', async () => {
    const { path, sign, asked } = await lab();
    const made = await collectAttestations({ path, sha256: DIGEST }, { sign });
    expect([made?.origin, made?.paths]).toEqual(['made', [`${path}.publish.attestation`]]);
    expect(parseAttestations(made?.field ?? '')).toEqual(made?.attestations);
    expect(asked()).toBe(2);
    const given = await collectAttestations({ path, sha256: DIGEST }, { sign });
    expect([given?.origin, given?.field]).toEqual(['given', made?.field]);
    expect(asked()).toBe(2);
  });

  it('are not made unasked', async () => {
    const { path } = await lab();
    expect(await collectAttestations({ path, sha256: DIGEST })).toBeUndefined();
  });

  it('need not be kept', async () => {
    const { path, sign } = await lab();
    await collectAttestations({ path, sha256: DIGEST }, { sign, keep: false });
    expect(await readdir(join(path, '..'))).toEqual([NAME]);
    expect(await readFile(path, 'utf8')).toBe('demo');
  });
});
