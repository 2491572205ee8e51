import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attestationFromBundle,
  parseAttestation,
  parseAttestations,
  parseProvenance,
  verifyAttestation,
  type Attestation,
} from '../../src/packaging/attestation.ts';
import { readCertificate } from '../../src/packaging/attestation-certificate.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { sha256 } from '../../src/support/hash.ts';
import { der, octets, oid, sequence } from '../support/der-writer.ts';
import { extension, makeAttestation, type AttestationWish } from '../support/fake-sigstore.ts';

const FILE = { filename: 'demo-1.0.tar.gz', sha256: sha256('demo') };
const whole = makeAttestation();

function withCertificate(bytes: Uint8Array): Attestation {
  const certificate = Buffer.from(bytes).toString('base64');
  return { ...whole, verification_material: { ...whole.verification_material, certificate } };
}

/** The code of what it throws; anything else that is thrown fails the test. */
function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof WheelworksError) return error.code;
    throw error;
  }
}

describe('a hostile certificate', () => {
  const good = Buffer.from(whole.verification_material.certificate, 'base64');

  it('with any byte changed is judged, and never taken for the signed one', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(verifyAttestation(withCertificate(bytes), FILE).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('that nests without end is refused', () => {
    let deep = sequence();
    for (let depth = 0; depth < 20_000 && deep.length < 60_000; depth += 1) deep = sequence(deep);
    expect(codeOf(() => readCertificate(deep))).toBe('attestation/certificate');
    const inside = makeAttestation({ extensions: [extension('2.5.29.99', deep)] });
    expect(verifyAttestation(inside, FILE).checks).toContainEqual(
      expect.objectContaining({ what: 'certificate' }),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['noise', Buffer.alloc(100, 0xff)],
    ['too large', Buffer.alloc(100_000, 0x30)],
    ['a length past its end', Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff])],
    ['an indefinite length', Buffer.from([0x30, 0x80, 0, 0])],
    ['no certificate', sequence(oid('2.5.4.3'))],
  ])('that is %s is refused', (_, bytes) => {
    expect(codeOf(() => readCertificate(bytes))).toBe('attestation/certificate');
  });

  it.each([
    [
      'a name that is not UTF-8',
      extension('1.3.6.1.4.1.57264.1.20', der(0x0c, Buffer.from([0xff]))),
    ],
    ['a text that goes on behind', extension('1.3.6.1.4.1.57264.1.20', Buffer.from([0x0c, 0, 0]))],
    ['an extension without a value', sequence(oid('1.3.6.1.4.1.57264.1.20'))],
    ['an extension without a name', sequence(octets(Buffer.from([0])))],
  ])('with %s is refused', (_, bad) => {
    const { checks } = verifyAttestation(makeAttestation({ extensions: [bad] }), FILE);
    expect(checks.find(({ what }) => what === 'certificate')?.outcome).toBe('failed');
  });

  it('with a thousand extensions is read in time', () => {
    const extensions = Array.from({ length: 900 }, (_, at) =>
      extension(`1.2.3.${at}`, Buffer.from([5, 0])),
    );
    expect(verifyAttestation(makeAttestation({ extensions }), FILE).ok).toBe(true);
  });
});

describe('a hostile statement', () => {
  const base = { _type: 'https://in-toto.io/Statement/v1', predicateType: 'x' };

  const statements: readonly (readonly [string, unknown, string])[] = [
    ['a hundred thousand subjects', { ...base, subject: Array(100_000).fill(0) }, 'too-many'],
    ['a subject that is no object', { ...base, subject: ['demo'] }, 'malformed'],
    ['subjects that are no list', { ...base, subject: { length: 1 } }, 'malformed'],
    ['no digest', { ...base, subject: [{ name: 'a' }] }, 'malformed'],
    [
      'a digest in base64',
      { ...base, subject: [{ name: 'a', digest: { sha256: 'AAAA' } }] },
      'malformed',
    ],
    ['no predicate type', { ...base, predicateType: 1, subject: subject() }, 'malformed'],
    ['a name that is no text', { ...base, subject: subject([]) }, 'malformed'],
    ['a list', [], 'malformed'],
    ['null', null, 'malformed'],
  ];

  it.each(statements)('with %s is refused', (_, statement, code) => {
    const wish: AttestationWish = { statement: statement ?? 'null' };
    const { checks } = verifyAttestation(makeAttestation(wish), FILE);
    expect(checks[0]).toMatchObject({ outcome: 'failed', code: `attestation/${code}` });
  });

  it('about a name of many tags is refused in time', () => {
    const tags = Array.from({ length: 200 }, (_, at) => `a${at}`).join('.');
    const name = `demo-1.0-${tags}-${tags}-${tags}.whl`;
    const { checks } = verifyAttestation(makeAttestation({ name }), FILE);
    expect(checks.find(({ what }) => what === 'name')?.outcome).toBe('failed');
  });

  function subject(name: unknown = 'a'): readonly object[] {
    return [{ name, digest: { sha256: '0'.repeat(64) } }];
  }
});

describe('a hostile log entry', () => {
  it.each([
    ['a body that is no base64', { canonicalizedBody: '***' }, 'failed'],
    ['a body that is no JSON', { canonicalizedBody: 'AAAA' }, 'failed'],
    ['a body of another kind', { canonicalizedBody: base64({ kind: 'rekord' }) }, 'not-proven'],
    [
      'a body without parts',
      { canonicalizedBody: base64({ kind: 'dsse', apiVersion: '0.0.1' }) },
      'failed',
    ],
    [
      'signatures that are none',
      {
        canonicalizedBody: base64({
          kind: 'dsse',
          apiVersion: '0.0.2',
          spec: { dsseV002: { signatures: [1] } },
        }),
      },
      'failed',
    ],
    ['no body', {}, 'not-proven'],
  ])('with %s proves nothing', (_, entry, outcome) => {
    const { checks } = verifyAttestation(
      {
        ...whole,
        verification_material: { ...whole.verification_material, transparency_entries: [entry] },
      },
      FILE,
    );
    expect(checks.find(({ what }) => what === 'log-entry')?.outcome).toBe(outcome);
  });

  it.each([['-1'], ['1e9'], ['99999999999999'], [Number.NaN], [{}], [null]])(
    'of the time %s has none',
    (integratedTime) => {
      const [entry] = whole.verification_material.transparency_entries;
      const { checks } = verifyAttestation(
        {
          ...whole,
          verification_material: {
            ...whole.verification_material,
            transparency_entries: [{ ...entry, integratedTime }],
          },
        },
        FILE,
      );
      expect(checks.find(({ what }) => what === 'log-time')?.outcome).toBe('failed');
    },
  );
});

describe('hostile JSON', () => {
  it('of any shape is refused with a code', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        for (const read of [parseAttestation, parseAttestations, parseProvenance])
          expect(codeOf(() => read(text))).toMatch(/^attestation\//);
        expect(codeOf(() => attestationFromBundle(JSON.parse(text)))).toMatch(/^attestation\//);
      }),
    );
  });

  it('with any part replaced is refused or judged', () => {
    const text = JSON.stringify(whole);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 4 }), (at, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + put.length);
        const code = codeOf(() => verifyAttestation(parseAttestation(changed), FILE));
        expect(code ?? 'attestation/judged').toMatch(/^attestation\//);
      }),
      { numRuns: 300 },
    );
  });

  it('that names prototypes changes none', () => {
    const text = JSON.stringify(whole).replace('{', '{"__proto__":{"polluted":1},');
    parseAttestation(text);
    expect({}).not.toHaveProperty('polluted');
  });
});

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
