import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFromAttestation } from '../../../src/packaging/index.ts';
import {
  attestFile,
  readAttestations,
  writeAttestation,
  type SignOptions,
} from '../../../src/publish/attest/index.ts';
import { WheelworksError } from '../../../src/support/errors.ts';
import { sha256 } from '../../../src/support/hash.ts';
import { Secret } from '../../../src/support/secret.ts';
import { scratch } from '../../support/scratch.ts';
import { fakeIdentity, fakeSigstore, type Misbehaviour } from './fake-services.ts';

const FILE = { filename: 'demo-1.0-py3-none-any.whl', sha256: sha256('demo') };

async function options(wrong: Misbehaviour = {}): Promise<SignOptions> {
  const { fulcioUrl, rekorUrl } = await fakeSigstore(wrong);
  return {
    identity: () => Promise.resolve(new Secret(fakeIdentity())),
    fulcioUrl: `${fulcioUrl}/`,
    rekorUrl,
    timeoutMs: 5000,
  };
}

describe('an attestation', () => {
  it('is made, and proves what it can', async () => {
    const { attestation, report } = await attestFile(FILE, await options());
    expect(report.ok).toBe(true);
    expect(report.checks.filter(({ outcome }) => outcome !== 'proven')).toMatchObject([
      { what: 'trust', outcome: 'not-proven' },
    ]);
    expect(report.identity).toMatchObject({
      issuer: 'https://token.actions.githubusercontent.com',
      claims: { source_repository_uri: 'https://github.com/octo/demo' },
    });
    expect(attestation.verification_material.transparency_entries[0]).toMatchObject({
      logIndex: '7',
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      inclusionProof: { treeSize: '8', checkpoint: { envelope: 'signed' } },
    });
  });

  it('is a bundle that Sigstore reads', async () => {
    const { attestation } = await attestFile(FILE, await options());
    const { bundleFromJSON } = await import('@sigstore/bundle');
    const bundle = bundleFromJSON(bundleFromAttestation(attestation));
    expect(bundle.content.$case).toBe('dsseEnvelope');
  });

  it('is kept beside the file and read again', async () => {
    const path = join(await scratch(), FILE.filename);
    await writeFile(path, 'demo');
    const { attestation } = await attestFile(FILE, await options());
    const written = await writeAttestation(path, attestation);
    expect(written).toBe(`${path}.publish.attestation`);
    expect(await readAttestations(path, FILE.sha256)).toMatchObject({
      attestations: [attestation],
      paths: [written],
    });
    expect(await readFile(written, 'utf8')).toMatch(/^\{.*\}\n$/);
  });

  it.each([
    ['a certificate of another key', { otherKey: true }, 'attestation/signature'],
    ['a log whose clock is wrong', { logSkew: 3600 }, 'attestation/log-time'],
    ['a refusal', { fulcio: { status: 400, body: { message: 'no' } } }, 'attestation/not-made'],
    ['an empty chain', { fulcio: { status: 201, body: {} } }, 'attestation/not-made'],
    ['a log that refuses', { rekor: { status: 400, body: 'no' } }, 'attestation/not-made'],
    ['a log that says nothing', { rekor: { status: 201, body: {} } }, 'attestation/not-made'],
  ] as const)('is not given with %s', async (_, wrong, code) => {
    await expect(attestFile(FILE, await options(wrong))).rejects.toMatchObject({ code });
  });

  it('shows its identity to nobody but the authority', async () => {
    const { fulcioUrl, rekorUrl, requests } = await fakeSigstore();
    const identity = (): Promise<Secret> => Promise.resolve(new Secret(fakeIdentity()));
    await attestFile(FILE, { identity, fulcioUrl, rekorUrl });
    expect(requests.map(({ body }) => body.includes(fakeIdentity()))).toEqual([true, false]);
    await expect(
      attestFile(FILE, { identity, fulcioUrl: 'http://192.0.2.1', rekorUrl }),
    ).rejects.toMatchObject({ code: 'trusted/insecure' });
  });

  it('puts no identity into errors', async () => {
    const broken = `${fakeIdentity().split('.')[0] ?? ''}.eyJub3QiOiJhIHN1YmplY3QifQ.c2VjcmV0LXNpZ25hdHVyZQ`;
    const given = await options();
    const error: unknown = await attestFile(FILE, {
      ...given,
      identity: () => Promise.resolve(new Secret(broken)),
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'attestation/not-made' });
    expect(`${JSON.stringify(error)} ${String((error as Error).stack)}`).not.toContain('c2VjcmV0');
  });

  it('needs @sigstore/sign, and says so', async () => {
    const missing = new WheelworksError('attestation/no-sigstore', 'not installed');
    await expect(
      attestFile(FILE, { ...(await options()), load: () => Promise.reject(missing) }),
    ).rejects.toMatchObject({ code: 'attestation/no-sigstore' });
  });
});
