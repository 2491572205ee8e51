import { describe, expect, it } from 'vitest';
import {
  METADATA_FIELDS,
  metadataView,
  parseMetadata,
  printMetadata,
  validateMetadata,
  type MetadataView,
} from '../../src/packaging/metadata.ts';
import { unfold } from '../../src/packaging/metadata-view.ts';
import { headersFrom, rawFields, type RawFields } from '../support/raw-metadata.ts';
import { packagingVectors } from '../support/vectors.ts';

interface Recorded {
  readonly raw: RawFields;
  readonly unparsed: Readonly<Record<string, readonly string[]>>;
  /** The fields that packaging refuses; of an unparsed one, its header. */
  readonly wrong: readonly string[];
}

interface Trap extends Recorded {
  readonly base64: string;
}

interface Real extends Recorded {
  readonly wheel: string;
  readonly headers: string;
}

interface Value {
  readonly field: string;
  readonly value: string | readonly string[];
  readonly valid: boolean;
}

const traps = packagingVectors('metadata.json') as { documents: Trap[]; values: Value[] };
const real = packagingVectors('metadata-real.json') as { documents: Real[] };

/** Documents, as Latin-1, that wheelworks reads differently; docs/packaging-differences.md has the reasons. */
const DIFFERENT_DOCUMENTS = new Map<string, Pick<Recorded, 'raw' | 'unparsed'>>([
  [
    'Name: foo\nDescription: header\n\nb\xf6dy',
    { raw: { name: 'foo' }, unparsed: { description: ['header', 'b\xf6dy'] } },
  ],
  ['Name:\n  foo\nVersion: 1\n\n', { raw: { name: 'foo', version: '1' }, unparsed: {} }],
]);

/** packaging leaves a description from a header as folded. */
function unfolded(raw: RawFields, bytes: Uint8Array): RawFields {
  const { description } = raw;
  const isHeader = parseMetadata(bytes).body.length === 0;
  return typeof description === 'string' && isHeader
    ? { ...raw, description: unfold(description) }
    : raw;
}

function unparsed(view: MetadataView): Record<string, readonly string[]> {
  return Object.fromEntries([...view.unparsed].map(([name, { values }]) => [name, values]));
}

function isRefused(view: MetadataView): boolean {
  return validateMetadata(view).some((finding) => finding.severity === 'error');
}

describe('documents made to be hard, as pypa/packaging reads them', () => {
  it.each(
    traps.documents.map((document) => {
      const bytes = Buffer.from(document.base64, 'base64');
      return [JSON.stringify(bytes.toString('latin1')), document, bytes] as const;
    }),
  )('%s', (_title, document, bytes) => {
    const parsed = parseMetadata(bytes);
    expect(Buffer.from(printMetadata(parsed))).toEqual(bytes);
    const view = metadataView(parsed);
    const recorded = { raw: unfolded(document.raw, bytes), unparsed: document.unparsed };
    const different = DIFFERENT_DOCUMENTS.get(bytes.toString('latin1'));
    expect(different).not.toEqual(recorded);
    expect({ raw: rawFields(view), unparsed: unparsed(view) }).toEqual(different ?? recorded);
  });
});

describe('METADATA of real wheels, as pypa/packaging reads it', () => {
  it('is enough', () => {
    expect(real.documents.length).toBeGreaterThan(200);
  });

  it.each(real.documents)('$wheel', (document) => {
    const bytes = Buffer.from(document.headers, 'utf8');
    const parsed = parseMetadata(bytes);
    expect(Buffer.from(printMetadata(parsed))).toEqual(bytes);
    const view = metadataView(parsed);
    expect(rawFields(view)).toEqual(document.raw);
    expect(unparsed(view)).toEqual(document.unparsed);
    // packaging refuses License-File before 2.4 as well, which setuptools and wheel wrote for years.
    const wrong = document.wrong.filter((field) => field !== 'license-file');
    // A local version is right, though PyPI does not take it.
    const findings = validateMetadata(view).filter(({ code }) => code !== 'metadata/version-local');
    const refused = findings.some((finding) => finding.severity === 'error');
    expect([refused, findings]).toEqual([wrong.length > 0, expect.anything()]);
  });
});

/** Values on which wheelworks and packaging differ; docs/packaging-differences.md has the reasons. */
const DIFFERENT = new Set([
  'version "1.0+local"',
  'requires_dist ["foo @ https://example.org/foo.whl"]',
  'license_files ["C:LICENSE"]',
]);

describe('values of fields, as pypa/packaging judges them', () => {
  it.each(traps.values.map((one) => [one.field, JSON.stringify(one.value), one] as const))(
    '%s %s',
    (field, text, { value, valid }) => {
      const view = metadataView(parseMetadata(headersFrom(field, value)));
      const isDifferent = DIFFERENT.has(`${field} ${text}`);
      expect(isRefused(view)).toBe(isDifferent ? valid : !valid);
    },
  );
});

it('every field of the specification is compared', () => {
  const compared = Object.keys(rawFields(metadataView(parseMetadata(everyField()))));
  expect(compared).toHaveLength(METADATA_FIELDS.size);
});

function everyField(): Uint8Array {
  const names = [...METADATA_FIELDS.keys()];
  return Buffer.from(names.map((name) => `${name}: a\n`).join(''), 'utf8');
}
