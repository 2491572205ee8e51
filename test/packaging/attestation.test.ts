import { describe, expect, it } from 'vitest';
import {
  attestationFromBundle,
  bundleFromAttestation,
  formatAttestation,
  formatAttestations,
  formatProvenance,
  isSameDistribution,
  parseAttestation,
  parseAttestations,
  parseProvenance,
  publisherContradiction,
  requireAttestations,
  verifyAttestation,
  type Attestation,
} from '../../src/packaging/attestation.ts';
import { sha256 } from '../../src/support/hash.ts';
import { extension, makeAttestation, SIGNED_AT } from '../support/fake-sigstore.ts';
import { utf8 } from '../support/der-writer.ts';

const FILE = { filename: 'demo-1.0.tar.gz', sha256: sha256('demo') };

function outcome(attestation: Attestation, file = FILE): Record<string, string> {
  const { checks } = verifyAttestation(attestation, file);
  return Object.fromEntries(checks.map(({ what, outcome }) => [what, outcome]));
}

function statement(changes: object): { statement: object } {
  return {
    statement: {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: FILE.filename, digest: { sha256: FILE.sha256 } }],
      predicateType: 'https://docs.pypi.org/attestations/publish/v1',
      ...changes,
    },
  };
}

function coded(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}

describe('an attestation that holds', () => {
  it('proves everything but trust', () => {
    expect(outcome(makeAttestation())).toEqual({
      statement: 'proven',
      predicate: 'proven',
      name: 'proven',
      digest: 'proven',
      certificate: 'proven',
      signature: 'proven',
      'log-time': 'proven',
      'log-entry': 'proven',
      trust: 'not-proven',
    });
  });

  it('names whom the certificate names', () => {
    expect(verifyAttestation(makeAttestation(), FILE).identity).toEqual({
      names: ['https://github.com/octo/demo/.github/workflows/publish.yml@refs/tags/v1'],
      issuer: 'https://token.actions.githubusercontent.com',
      claims: {
        source_repository_uri: 'https://github.com/octo/demo',
        source_repository_ref: 'refs/tags/v1',
        build_config_uri: 'https://github.com/octo/demo/.github/workflows/publish.yml@refs/tags/v1',
      },
    });
  });

  it('may name the file in another spelling', () => {
    const attestation = makeAttestation({ name: 'Demo-1.0.0.tar.gz' });
    expect(outcome(attestation)['name']).toBe('proven');
  });

  it('goes through text and a Sigstore bundle unchanged', () => {
    const attestation = makeAttestation();
    expect(parseAttestation(formatAttestation(attestation))).toEqual(attestation);
    const bundle: unknown = JSON.parse(JSON.stringify(bundleFromAttestation(attestation)));
    expect(attestationFromBundle(bundle)).toEqual(attestation);
  });
});

describe('an attestation that does not hold', () => {
  it.each([
    ['of another file', { name: 'other-1.0.tar.gz' }, 'attestation/other-file'],
    ['of no distribution', { name: 'demo.txt' }, 'attestation/other-file'],
    ['of other bytes', { sha256: sha256('else') }, 'attestation/digest'],
    ['of another curve', { curve: 'secp384r1' }, 'attestation/signature'],
    ['logged too early', { loggedAt: SIGNED_AT - 1 }, 'attestation/log-time'],
    ['logged too late', { loggedAt: SIGNED_AT + 601 }, 'attestation/log-time'],
    ['of no known predicate', statement({ predicateType: 'x' }), 'attestation/predicate'],
    ['of two subjects', statement({ subject: [{}, {}] }), 'attestation/subjects'],
    ['of no subject', statement({ subject: [] }), 'attestation/subjects'],
    ['of an old statement', statement({ _type: 'v0.1' }), 'attestation/malformed'],
    [
      'without a SHA-256',
      statement({ subject: [{ name: 'a', digest: { sha512: '00' } }] }),
      'attestation/malformed',
    ],
    [
      'with an extension twice',
      { extensions: [extension('1.3.6.1.4.1.57264.1.8', utf8('https://evil.example'))] },
      'attestation/certificate',
    ],
    [
      'with an extension that is no text',
      { extensions: [extension('1.3.6.1.4.1.57264.1.20', Buffer.from([4, 1, 0]))] },
      'attestation/certificate',
    ],
  ])('is refused: %s', (_, wish, code) => {
    const attestation = makeAttestation(wish);
    expect(() => requireAttestations([attestation], FILE)).toThrow(coded(code));
  });

  it('is refused with the signature of another', () => {
    const { verification_material, envelope } = makeAttestation();
    const { signature } = makeAttestation().envelope;
    const forged = {
      version: 1,
      verification_material,
      envelope: { ...envelope, signature },
    } as const;
    expect(outcome(forged)).toMatchObject({ signature: 'failed', 'log-entry': 'failed' });
  });

  it('is refused with the log entry of another', () => {
    const attestation = makeAttestation();
    const { transparency_entries } = makeAttestation().verification_material;
    const moved: Attestation = {
      ...attestation,
      verification_material: { ...attestation.verification_material, transparency_entries },
    };
    expect(outcome(moved)).toMatchObject({ signature: 'proven', 'log-entry': 'failed' });
  });

  it('has no proven time where only a signed timestamp tells one', () => {
    const attestation = makeAttestation();
    const [entry] = attestation.verification_material.transparency_entries;
    const timeless: Attestation = {
      ...attestation,
      verification_material: {
        ...attestation.verification_material,
        transparency_entries: [{ ...entry, integratedTime: '0' }],
      },
    };
    expect(outcome(timeless)['log-time']).toBe('failed');
    const material = { ...timeless.verification_material, timestamps: ['AAAA'] };
    expect(outcome({ ...timeless, verification_material: material })['log-time']).toBe(
      'not-proven',
    );
  });

  it('never throws for a certificate that is cut short anywhere', () => {
    const attestation = makeAttestation();
    const whole = Buffer.from(attestation.verification_material.certificate, 'base64');
    for (let length = 1; length < whole.length; length += 7) {
      const certificate = whole.subarray(0, length).toString('base64');
      const material = { ...attestation.verification_material, certificate };
      const report = verifyAttestation({ ...attestation, verification_material: material }, FILE);
      expect(report.ok).toBe(false);
    }
  });
});

describe('attestations of one file', () => {
  it('are one of each predicate type at most', () => {
    const publish = makeAttestation();
    const slsa = makeAttestation(statement({ predicateType: 'https://slsa.dev/provenance/v1' }));
    expect(requireAttestations([publish, slsa], FILE)).toHaveLength(2);
    expect(() => requireAttestations([publish, makeAttestation()], FILE)).toThrow(
      coded('attestation/same-predicate'),
    );
    expect(() => requireAttestations([publish, slsa, slsa], FILE)).toThrow(
      coded('attestation/too-many'),
    );
    expect(() => requireAttestations([], FILE)).toThrow(coded('attestation/none'));
  });
});

describe('reading', () => {
  const text = formatAttestation(makeAttestation());

  it.each([
    ['no JSON', '{', 'attestation/malformed'],
    ['a list', '[]', 'attestation/malformed'],
    ['version 2', text.replace('"version":1', '"version":2'), 'attestation/unknown-version'],
    ['version true', text.replace('"version":1', '"version":true'), 'attestation/unknown-version'],
    ['no log entry', text.replace(/\[\{.*?\}\]/, '[]'), 'attestation/not-logged'],
    ['bad base64', text.replace('"certificate":"M', '"certificate":"*'), 'attestation/malformed'],
    ['depth', '['.repeat(100_000), 'attestation/malformed'],
    ['size', ' '.repeat(2 << 20), 'attestation/too-large'],
  ])('refuses %s', (_, given, code) => {
    expect(() => parseAttestation(given)).toThrow(coded(code));
  });

  it.each([
    ['an empty list', '[]', 'attestation/none'],
    ['null', 'null', 'attestation/malformed'],
    ['a huge list', `[${'0,'.repeat(100_000)}0]`, 'attestation/too-many'],
    ['three', `[${[text, text, text].join(',')}]`, 'attestation/too-many'],
  ])('refuses %s as a form field', (_, given, code) => {
    expect(() => parseAttestations(given)).toThrow(coded(code));
  });

  it('takes line breaks in base64', () => {
    const attestation = makeAttestation();
    const broken = attestation.envelope.statement.replaceAll(/(.{76})/g, '$1\n');
    const given = JSON.stringify({
      ...attestation,
      envelope: { ...attestation.envelope, statement: broken },
    });
    expect(parseAttestation(given)).toEqual(attestation);
  });

  it('keeps keys that it does not know', () => {
    const attestation = { ...makeAttestation(), more: 1 };
    expect(parseAttestations(formatAttestations([attestation]))).toEqual([attestation]);
  });

  it('reads provenance documents back', () => {
    const provenance = {
      version: 1,
      attestation_bundles: [
        {
          publisher: { kind: 'GitHub', repository: 'octo/demo' },
          attestations: [makeAttestation()],
        },
      ],
    } as const;
    expect(parseProvenance(formatProvenance(provenance))).toEqual(provenance);
    expect(() => parseProvenance('{"version":1,"attestation_bundles":[]}')).toThrow(
      coded('attestation/malformed'),
    );
  });
});

describe('a Sigstore bundle', () => {
  const bundle = bundleFromAttestation(makeAttestation());

  it.each([
    ['no envelope', { ...bundle, dsseEnvelope: undefined }],
    ['no certificate', { ...bundle, verificationMaterial: { publicKey: { hint: '' } } }],
    [
      'another payload',
      { ...bundle, dsseEnvelope: { ...(bundle['dsseEnvelope'] as object), payloadType: 'x' } },
    ],
    [
      'no signature',
      { ...bundle, dsseEnvelope: { ...(bundle['dsseEnvelope'] as object), signatures: [] } },
    ],
  ])('is refused with %s', (_, given) => {
    expect(() => attestationFromBundle(given)).toThrow(coded('attestation/malformed'));
  });
});

describe('a publisher', () => {
  const identity = {
    names: ['robot@example.org'],
    issuer: 'https://gitlab.com',
    claims: {
      source_repository_uri: 'https://gitlab.com/group/demo',
      source_repository_digest: 'abc',
      source_repository_ref: 'refs/heads/main',
      build_config_uri: 'https://gitlab.com/group/demo//ci/publish.yml@abc',
    },
  };
  const publisher = {
    kind: 'GitLab',
    repository: 'group/demo',
    workflow_filepath: 'ci/publish.yml',
  };

  it('is named by its certificate', () => {
    expect(publisherContradiction(identity, publisher)).toBeUndefined();
    const google = { ...identity, issuer: 'https://accounts.google.com' };
    const robot = { kind: 'Google', email: 'robot@example.org' };
    expect(publisherContradiction(google, robot)).toBeUndefined();
  });

  it.each([
    [{ kind: 'GitHub', repository: 'group/demo', workflow: 'publish.yml' }, /its issuer is/],
    [{ ...publisher, repository: 'group/other' }, /its repository is/],
    [{ ...publisher, workflow_filepath: 'other.yml' }, /its workflow is/],
    [{ kind: 'Google', email: 'robot@example.org' }, /its issuer is/],
    [{ kind: 'ActiveState' }, /not known/],
  ])('is not another: %#', (other, why) => {
    expect(publisherContradiction(identity, other)).toMatch(why);
  });

  it('needs a commit or branch', () => {
    const { source_repository_uri, build_config_uri } = identity.claims;
    const bare = { ...identity, claims: { source_repository_uri, build_config_uri } };
    expect(publisherContradiction(bare, publisher)).toMatch(/its workflow is/);
  });
});

describe('names of one distribution', () => {
  it.each([
    ['a_b-1.0-py3-none-any.whl', 'A.B-1.0.0-py3-none-any.whl', true],
    ['a-1-py2.py3-none-any.whl', 'a-1-py3.py2-none-any.whl', true],
    ['a-1-1-py3-none-any.whl', 'a-1-py3-none-any.whl', false],
    ['a-1-py3-none-any.whl', 'a-1-py3-none-linux_x86_64.whl', false],
    ['a-1.tar.gz', 'a-1.zip', true],
    ['a-1.tar.gz', 'a-2.tar.gz', false],
    ['a-1.tar.gz', '../a-1.tar.gz', false],
    ['', '', false],
  ])('%s and %s: %s', (left, right, same) => {
    expect(isSameDistribution(left, right)).toBe(same);
  });
});
