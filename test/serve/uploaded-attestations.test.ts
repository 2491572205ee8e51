import { describe, expect, it } from 'vitest';
import { formatAttestations, type Attestation } from '../../src/packaging/index.ts';
import {
  judgeUploadedAttestations,
  type AttestedUpload,
} from '../../src/serve/uploaded-attestations.ts';
import { sha256 } from '../../src/support/hash.ts';
import { makeAttestation, type AttestationWish } from '../support/fake-sigstore.ts';

const GITHUB = {
  kind: 'GitHub',
  repository: 'octo/demo',
  workflow: 'publish.yml',
  environment: null,
};
const UPLOAD: AttestedUpload = {
  filename: 'demo-1.0.tar.gz',
  sha256: sha256('demo'),
  publisher: GITHUB,
};

function messageOf(given: string | readonly Attestation[], upload = UPLOAD): string | undefined {
  const field = typeof given === 'string' ? given : formatAttestations(given);
  return judgeUploadedAttestations(field, upload).message;
}

describe('attestations of an upload', () => {
  it('become the provenance of its file', () => {
    const attestation = makeAttestation();
    const judgement = judgeUploadedAttestations(formatAttestations([attestation]), UPLOAD);
    expect(judgement).toMatchObject({
      provenance: {
        version: 1,
        attestation_bundles: [{ publisher: GITHUB, attestations: [attestation] }],
      },
      reports: [{ ok: true }],
    });
  });

  it.each([
    ['no publisher', '[]', undefined, /only supported when using Trusted Publishing/],
    ['ActiveState', '[]', { kind: 'ActiveState' }, /not currently supported with ActiveState/],
    ['no attestation', '[]', GITHUB, /an empty attestation set is not permitted/],
    ['no JSON', '{', GITHUB, /Malformed attestations: /],
    ['three', '[1,2,3]', GITHUB, /A maximum of 2 attestations per file/],
  ])('are refused with %s', (_, field, publisher, why) => {
    const message = messageOf(field, { ...UPLOAD, publisher });
    expect(message).toMatch(/^Invalid attestations supplied during upload: /);
    expect(message).toMatch(why);
  });

  const wishes: readonly (readonly [string, AttestationWish, RegExp])[] = [
    ['another file', { name: 'other-1.0.tar.gz' }, /a file of another name/],
    ['other bytes', { sha256: sha256('other') }, /other bytes/],
    ['another key', { curve: 'secp384r1' }, /ECDSA on P-256/],
  ];

  it.each(wishes)('are refused for %s', (_, wish, why) => {
    expect(messageOf([makeAttestation(wish)])).toMatch(why);
  });

  it('are refused where two say the same', () => {
    expect(messageOf([makeAttestation(), makeAttestation()])).toMatch(
      /same predicate type \(https:\/\/docs.pypi.org\/attestations\/publish\/v1\)/,
    );
  });

  it('must be of who uploads', () => {
    const publisher = { ...GITHUB, workflow: 'other.yml' };
    const message = messageOf([makeAttestation()], { ...UPLOAD, publisher });
    expect(message).toMatch(/Verification failed: The certificate is not of GitHub's publisher/);
    const upload = { ...UPLOAD, publisher, mustMatchPublisher: false };
    expect(messageOf([makeAttestation()], upload)).toBeUndefined();
  });
});
