/**
 * File names of wheels.
 *
 * Specification: Binary distribution format, "File name convention" (PEP 427, PEP 491).
 * https://packaging.python.org/specifications/binary-distribution-format/
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { isValidName, nameForFile, normalizeName } from './name.ts';
import { formatTagSet, parseTagSet, type TagSet } from './tag.ts';
import { parseInterpreterTag } from './tag-python.ts';
import { formatVersion, tryParseVersion, type Version } from './version.ts';
import { trimPythonSpace } from './white-space.ts';

/** A wheel's build tag: the tie-breaker between builds of one version. */
export interface BuildTag {
  /** The leading digits, compared as a number; dates make it larger than a safe integer. */
  readonly number: bigint;
  /** What follows the digits, compared as text; often empty. */
  readonly suffix: string;
  /** As written: `007local`. */
  readonly text: string;
}

/** What a wheel's file name says. */
export interface WheelFilename {
  /** As written. */
  readonly name: string;
  /** As indexes know it. */
  readonly normalizedName: string;
  readonly version: Version;
  /** As written. */
  readonly versionText: string;
  readonly build?: BuildTag;
  readonly tags: TagSet;
}

/** Parts of a new wheel's file name, in any spelling. */
export interface WheelFilenameParts {
  readonly name: string;
  readonly version: Version;
  /** `1`, `007local`: starts with a digit. */
  readonly build?: string;
  readonly tags: TagSet;
}

const EXTENSION = '.whl';
/** No file system has longer names than 255 bytes; the bound keeps the conversion to a number cheap. */
const BUILD = /^([0-9]{1,255})([A-Za-z0-9_.]*)$/;
/** PEP 825 (draft), "Variant label". */
const VARIANT_LABEL = /^[0-9a-z_.]{1,16}$/;

/**
 * Reads a wheel's file name, without folders.
 *
 * A name part may be unnormalised, as old tools wrote it; `__` is refused, since it stands for no name that was escaped right.
 * @throws WheelworksError `packaging/wheel-filename` with the part at fault as evidence, `packaging/wheel-variant` for a
 * variant wheel (PEP 825, a draft that no index takes), `packaging/too-many-tags`.
 */
export function parseWheelFilename(filename: string): WheelFilename {
  if (!filename.endsWith(EXTENSION)) {
    throw invalid(filename, `it must end in ${EXTENSION}, in lower case`);
  }
  const parts = filename.slice(0, -EXTENSION.length).split('-');
  const [name = '', versionText = '', ...rest] = parts;
  refuseVariant(filename, rest);
  if (parts.length < 5 || parts.length > 6) {
    throw invalid(
      filename,
      `it has ${parts.length === 1 ? '1 part' : `${parts.length} parts`} between dashes instead of name, version, optional build tag, interpreter, ABI and platform`,
      parts.length > 6
        ? 'Dashes inside a part are written as underscores.'
        : 'Give the file the name that it was built with, such as pkg-1.0-py3-none-any.whl.',
    );
  }
  if (!isValidName(name) || name.includes('__')) {
    throw invalid(filename, `${excerpt(name)} is not a project name`);
  }
  const version = tryParseVersion(versionText);
  if (version === undefined || trimPythonSpace(versionText) !== versionText) {
    throw invalid(filename, `${excerpt(versionText)} is not a version`);
  }
  const build = parts.length === 6 ? readBuild(filename, rest[0] ?? '') : undefined;
  return {
    name,
    normalizedName: normalizeName(name),
    version,
    versionText,
    ...(build === undefined ? {} : { build }),
    tags: readTags(filename, rest.slice(-3)),
  };
}

/** The file name that {@link parseWheelFilename} reads back as the same value, as written. */
export function formatWheelFilename(wheel: WheelFilename): string {
  const build = wheel.build === undefined ? '' : `-${wheel.build.text}`;
  return `${wheel.name}-${wheel.versionText}${build}-${formatTagSet(wheel.tags)}${EXTENSION}`;
}

/**
 * The normalised file name of a new wheel.
 * @throws WheelworksError `packaging/wheel-filename` when the name or build tag is invalid.
 */
export function makeWheelFilename(parts: WheelFilenameParts): string {
  const build = parts.build === undefined ? '' : `-${parts.build}`;
  const version = formatVersion(parts.version);
  const filename = `${nameForFile(parts.name)}-${version}${build}-${formatTagSet(parts.tags)}${EXTENSION}`;
  parseWheelFilename(filename);
  return filename;
}

/** The order of build tags: no tag, then by number, then by suffix. Below, at or above zero as `Array.sort` wants it. */
export function compareBuildTags(left: BuildTag | undefined, right: BuildTag | undefined): number {
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined);
  }
  if (left.number !== right.number) return left.number < right.number ? -1 : 1;
  if (left.suffix === right.suffix) return 0;
  return left.suffix < right.suffix ? -1 : 1;
}

function readBuild(filename: string, text: string): BuildTag {
  const match = BUILD.exec(text);
  if (match === null) {
    throw invalid(
      filename,
      `${excerpt(text)} is not a build tag: that starts with a digit, and holds letters, digits, "_" and "."`,
    );
  }
  return { number: BigInt(match[1] ?? ''), suffix: match[2] ?? '', text };
}

function readTags(filename: string, parts: readonly string[]): TagSet {
  try {
    return parseTagSet(parts.join('-'));
  } catch (error) {
    if (error instanceof WheelworksError && error.code === 'packaging/invalid-tag') {
      throw invalid(filename, error.message.slice(0, -1));
    }
    throw error;
  }
}

/**
 * A variant label makes one part more than a name without it has. With six parts that could be a build tag as well, which
 * starts with a digit, as no interpreter does.
 */
function refuseVariant(filename: string, afterVersion: readonly string[]): void {
  const hasBuild = /^[0-9]/.test(afterVersion[0] ?? '');
  const [interpreter = '', , , label, ...more] = hasBuild ? afterVersion.slice(1) : afterVersion;
  if (label === undefined || more.length > 0 || !VARIANT_LABEL.test(label)) return;
  const isTag = interpreter
    .split('.')
    .every((member) => parseInterpreterTag(member).implementation !== 'unknown');
  if (!isTag) return;
  throw new WheelworksError(
    'packaging/wheel-variant',
    `${excerpt(filename)} is a variant wheel (PEP 825), which is a draft: no index takes it, and pip does not read it.`,
    {
      evidence: `variant label ${excerpt(label)}`,
      hint: 'Build the wheel without a variant label.',
    },
  );
}

function invalid(filename: string, reason: string, hint?: string): WheelworksError {
  return new WheelworksError(
    'packaging/wheel-filename',
    `${excerpt(filename)} is not a wheel's file name: ${reason}.`,
    hint === undefined ? {} : { hint },
  );
}
