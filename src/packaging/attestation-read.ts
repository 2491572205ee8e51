/** Attestations and provenance documents out of JSON that anybody may have written. */
import { WheelworksError, type ErrorCode } from '../support/errors.ts';
import {
  MOST_ATTESTATIONS,
  type Attestation,
  type AttestationBundle,
  type JsonObject,
  type Provenance,
} from './attestation-model.ts';
import { excerpt } from './excerpt.ts';

/** Characters of one attestation; those of PyPI are about 10,000. */
const LONGEST_ATTESTATION = 1 << 20;
/** Characters of a provenance document, which collects those of many bundles. */
const LONGEST_PROVENANCE = 16 << 20;
const MOST_ENTRIES = 16;
const MOST_BUNDLES = 100;
/** Nothing of Sigstore's nests a dozen deep. */
const DEEPEST = 64;

/**
 * Reads one attestation object, as in a `.publish.attestation` file.
 * @throws WheelworksError `attestation/malformed`, `attestation/too-large`, `attestation/unknown-version`.
 */
export function parseAttestation(text: string): Attestation {
  return attestationOf(parseJson(text, LONGEST_ATTESTATION));
}

/**
 * Reads the form field `attestations` of an upload: a list of one or two objects.
 * @throws WheelworksError as {@link parseAttestation}, `attestation/none` for an empty list, `attestation/too-many`.
 */
export function parseAttestations(text: string): readonly Attestation[] {
  return attestationList(parseJson(text, LONGEST_ATTESTATION * MOST_ATTESTATIONS), {
    most: MOST_ATTESTATIONS,
  });
}

/**
 * Reads a provenance document.
 * @throws WheelworksError as {@link parseAttestations}.
 */
export function parseProvenance(text: string): Provenance {
  const document = tableOf(parseJson(text, LONGEST_PROVENANCE), 'the provenance');
  versionOf(document, 'The provenance');
  const bundles = listOf(document['attestation_bundles'], 'attestation_bundles', MOST_BUNDLES);
  if (bundles.length === 0) throw malformed('attestation_bundles is empty');
  return { version: 1, attestation_bundles: bundles.map(bundleOf) };
}

/** The text of an attestation file or of one in a form field. */
export function formatAttestation(attestation: Attestation): string {
  return JSON.stringify(attestation);
}

/** The form field `attestations`. */
export function formatAttestations(attestations: readonly Attestation[]): string {
  return JSON.stringify(attestations);
}

/** A provenance document as served. */
export function formatProvenance(provenance: Provenance): string {
  return JSON.stringify(provenance);
}

/**
 * Bytes of a base64 text of an attestation: RFC 4648 with padding. Line breaks are passed over, which writers of the
 * first attestations put there.
 * @throws WheelworksError `attestation/malformed`.
 */
export function decodeBase64(text: string, what: string): Uint8Array {
  const plain = text.replaceAll(/\r?\n/g, '');
  const bytes = Buffer.from(plain, 'base64');
  // Node passes over what is not base64; two readers of one text must not see two things.
  if (plain === '' || bytes.toString('base64') !== plain)
    throw malformed(`${what} is not base64`, excerpt(text));
  return bytes;
}

/**
 * JSON within bounds of length and depth.
 * @throws WheelworksError `attestation/malformed`, `attestation/too-large`.
 */
export function parseJson(text: string, longest: number): unknown {
  if (text.length > longest)
    throw new WheelworksError('attestation/too-large', 'The attestations are too large.', {
      evidence: `${text.length} characters, ${longest} are allowed`,
    });
  if (depthOf(text) > DEEPEST) throw malformed('it nests too deep');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed('it is not JSON', error instanceof Error ? error.message : undefined);
  }
}

/** An attestation object that was read already, as a part of something else. */
export function attestationOf(value: unknown): Attestation {
  const table = tableOf(value, 'an attestation');
  versionOf(table, 'The attestation');
  const material = tableOf(table['verification_material'], 'verification_material');
  const envelope = tableOf(table['envelope'], 'envelope');
  const entries = listOf(
    material['transparency_entries'],
    'verification_material.transparency_entries',
    MOST_ENTRIES,
  );
  if (entries.length === 0)
    throw new WheelworksError(
      'attestation/not-logged',
      'The attestation has no entry of a transparency log.',
    );
  return {
    ...table,
    version: 1,
    verification_material: {
      ...material,
      certificate: base64Of(material['certificate'], 'verification_material.certificate'),
      transparency_entries: entries.map((entry) => tableOf(entry, 'a transparency entry')),
    },
    envelope: {
      ...envelope,
      statement: base64Of(envelope['statement'], 'envelope.statement'),
      signature: base64Of(envelope['signature'], 'envelope.signature'),
    },
  };
}

/** A JSON object, or `attestation/malformed`. */
export function tableOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw malformed(`${what} is not an object`);
}

/** A list of at most so many, or `attestation/malformed`, `attestation/too-many`. */
export function listOf(value: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(`${what} is not a list`);
  if (value.length > most)
    throw new WheelworksError('attestation/too-many', `${what} has too many items.`, {
      evidence: `${value.length}, at most ${most} are taken`,
    });
  return value;
}

/** A text, or `attestation/malformed`. */
export function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw malformed(`${what} is not a text`);
}

/** What is no attestation. */
export function malformed(
  why: string,
  evidence?: string,
  code: ErrorCode = 'attestation/malformed',
): WheelworksError {
  const details = evidence === undefined ? {} : { evidence };
  return new WheelworksError(code, `This is no attestation: ${why}.`, details);
}

function attestationList(value: unknown, { most }: { most: number }): readonly Attestation[] {
  const list = listOf(value, 'The list of attestations', most);
  if (list.length === 0)
    throw new WheelworksError('attestation/none', 'The list of attestations is empty.', {
      hint: 'Leave the field out when there are none.',
    });
  return list.map(attestationOf);
}

function bundleOf(value: unknown): AttestationBundle {
  const table = tableOf(value, 'a bundle');
  const publisher = tableOf(table['publisher'], 'publisher');
  return {
    publisher: { ...publisher, kind: textOf(publisher['kind'], 'publisher.kind') },
    attestations: attestationList(table['attestations'], { most: MOST_BUNDLES }),
  };
}

function versionOf(table: JsonObject, what: string): void {
  if (table['version'] === 1) return;
  throw new WheelworksError('attestation/unknown-version', `${what} is not of version 1.`, {
    evidence: excerpt(JSON.stringify(table['version']) ?? 'no version'),
  });
}

function base64Of(value: unknown, what: string): string {
  return Buffer.from(decodeBase64(textOf(value, what), what)).toString('base64');
}

/** How deep brackets nest outside of texts; counted first, for what JSON.parse does with depth is the engine's affair. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE)
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
