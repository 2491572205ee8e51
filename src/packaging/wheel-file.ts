/**
 * The WHEEL file: what the archive itself is.
 *
 * Specification: Binary distribution format, "File contents" (PEP 427).
 * https://packaging.python.org/specifications/binary-distribution-format/
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { headerValues, parseMetadata, type MetadataDocument } from './metadata-document.ts';
import { setHeaders } from './metadata-edit.ts';
import { formatTag, type Tag } from './tag.ts';

/** What a WHEEL file says. */
export interface WheelFile {
  /** The file as it is; `printMetadata` gives its bytes. */
  readonly document: MetadataDocument;
  readonly wheelVersion: { readonly major: number; readonly minor: number };
  /** The tool that made the wheel: `setuptools (80.9.0)`. */
  readonly generator: string | undefined;
  /** Whether the archive's root goes to `purelib`, and not to `platlib`. */
  readonly rootIsPurelib: boolean;
  /** As written, one expanded tag each: `cp312-cp312-manylinux_2_28_x86_64`. */
  readonly tags: readonly string[];
  /** The build tag, the same as in the file name. */
  readonly build: string | undefined;
}

/** Installers refuse a newer major version: it means that they would install it wrong (PEP 427). */
const NEWEST_MAJOR = 1;

/**
 * Reads a WHEEL file.
 * @throws WheelworksError `packaging/wheel-file` when a header that must be there is missing, repeated or wrong;
 * `packaging/wheel-version` when the format is newer than 1.
 */
export function parseWheelFile(bytes: Uint8Array): WheelFile {
  const document = parseMetadata(bytes);
  return {
    document,
    wheelVersion: readVersion(single(document, 'Wheel-Version')),
    generator: single(document, 'Generator'),
    rootIsPurelib: readFlag(single(document, 'Root-Is-Purelib')),
    tags: headerValues(document, 'Tag'),
    build: single(document, 'Build'),
  };
}

/** The file with other tags: they stand where the first one stood; every other line keeps its bytes. */
export function withWheelTags(wheel: WheelFile, tags: readonly Tag[]): WheelFile {
  const texts = tags.map(formatTag);
  return { ...wheel, tags: texts, document: setHeaders(wheel.document, 'Tag', texts) };
}

/** The file with another build tag, or with none; every other line keeps its bytes. */
export function withWheelBuild(wheel: WheelFile, build: string | undefined): WheelFile {
  const values = build === undefined ? [] : [build];
  return { ...wheel, build, document: setHeaders(wheel.document, 'Build', values) };
}

/** The file with its root going to `purelib`, or to `platlib`; every other line keeps its bytes. */
export function withWheelRoot(wheel: WheelFile, isPurelib: boolean): WheelFile {
  const document = setHeaders(wheel.document, 'Root-Is-Purelib', [String(isPurelib)]);
  return { ...wheel, rootIsPurelib: isPurelib, document };
}

function single(document: MetadataDocument, name: string): string | undefined {
  const [value, ...more] = headerValues(document, name);
  if (more.length > 0) throw invalid(`${name} is given ${more.length + 1} times`);
  return value;
}

const VERSION = /^([0-9]{1,9})\.([0-9]{1,9})$/;

function readVersion(text: string | undefined): { major: number; minor: number } {
  if (text === undefined) throw invalid('Wheel-Version is missing');
  const [, major, minor] = VERSION.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) {
    throw invalid(`Wheel-Version ${excerpt(text)} is not two numbers`);
  }
  if (Number(major) > NEWEST_MAJOR) {
    throw new WheelworksError(
      'packaging/wheel-version',
      `The wheel has format ${excerpt(text)}; only ${NEWEST_MAJOR}.x is known, and installers must refuse it.`,
      { hint: 'Look for a newer wheelworks.' },
    );
  }
  return { major: Number(major), minor: Number(minor) };
}

function readFlag(text: string | undefined): boolean {
  const value = text?.trim().toLowerCase();
  if (value === 'true' || value === 'false') return value === 'true';
  if (text === undefined) throw invalid('Root-Is-Purelib is missing');
  throw invalid(`Root-Is-Purelib ${excerpt(text)} is neither true nor false`);
}

function invalid(reason: string): WheelworksError {
  return new WheelworksError('packaging/wheel-file', `The WHEEL file is invalid: ${reason}.`);
}
