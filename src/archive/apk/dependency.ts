import { apkProblem } from './problem.ts';
import { isAdbObject, type AdbValue } from './value.ts';
import type { AdbWord, AdbWriter } from './write-value.ts';

/** A dependency, or what a package provides. */
export interface ApkDependency {
  readonly name: string;
  readonly operator?: ApkOperator;
  /** Absent without an operator. */
  readonly version?: string;
  /** The package and this one exclude each other: `!name`. */
  readonly conflict?: boolean;
}

/** `~` compares as far as the version goes: `a~1.2` is met by 1.2.3. */
export type ApkOperator = '=' | '<' | '<=' | '>' | '>=' | '~' | '<~' | '>~';

/** The bits of a match: = is 1, < 2, > 4, ~ 8; 16 turns it around. */
const MATCH: Readonly<Record<ApkOperator, number>> = {
  '=': 1,
  '<': 2,
  '<=': 3,
  '>': 4,
  '>=': 5,
  '~': 9,
  '<~': 11,
  '>~': 13,
};
const CONFLICT = 16;

/**
 * Reads `name`, `name>=1.0`, `!name`.
 * @throws WheelworksError `apk/bad-dependency`.
 */
export function parseApkDependency(text: string): ApkDependency {
  const match = /^(!?)([^\s<>=~!]+)(?:(<=|>=|<~|>~|[=<>~])([^\s<>=~]\S*))?$/.exec(text);
  const [, bang, name, operator, version] = match ?? [];
  if (name === undefined)
    throw apkProblem('apk/bad-dependency', `${JSON.stringify(text)} is no dependency of apk.`, {
      evidence: text,
      hint: 'Write a name, and with a version an operator between them without blanks: name>=1.0.',
    });
  return {
    name,
    ...(operator === undefined || version === undefined
      ? {}
      : { operator: operator as ApkOperator, version }),
    ...(bang === '!' ? { conflict: true } : {}),
  };
}

/** `name>=1.0`. */
export function formatApkDependency({ name, operator, version, conflict }: ApkDependency): string {
  return `${conflict === true ? '!' : ''}${name}${operator ?? ''}${version ?? ''}`;
}

/** Fields of a dependency. */
const NAME = 0;
const VERSION = 1;
const MATCHES = 2;

/** Writes them in their order, and the array sorted and without repetitions. */
export function writeDependencies(
  writer: AdbWriter,
  dependencies: readonly ApkDependency[],
): AdbWord {
  const written = dependencies.map((dependency) => ({
    dependency,
    word: writer.object(dependencySlots(writer, dependency)),
  }));
  written.sort((one, other) => compareDependencies(one.dependency, other.dependency));
  return writer.object([...new Set(written.map(({ word }) => word))]);
}

function dependencySlots(writer: AdbWriter, dependency: ApkDependency): AdbWord[] {
  const name = writer.blob(dependency.name);
  const { operator, version } = dependency;
  const match =
    (operator === undefined ? 0 : MATCH[operator]) + (dependency.conflict === true ? CONFLICT : 0);
  return [
    name,
    version === undefined ? 0 : writer.blob(version),
    // Without a version the other bits say nothing; an equal one is what is meant when none are there.
    match === MATCH['='] || match === 0 ? 0 : writer.int(match),
  ];
}

/** By the bytes of the name; the same name keeps the order of its versions as text, which is all that must be stable. */
function compareDependencies(one: ApkDependency, other: ApkDependency): number {
  return (
    Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)) ||
    Buffer.compare(Buffer.from(one.version ?? ''), Buffer.from(other.version ?? ''))
  );
}

/**
 * @param text reads a string of the database
 * @returns undefined when the value is no dependency.
 */
export function readDependency(
  value: AdbValue,
  text: (value: AdbValue) => string | undefined,
): ApkDependency | undefined {
  if (!isAdbObject(value)) return undefined;
  const { slots } = value;
  const name = text(slots[NAME] ?? null);
  const version = text(slots[VERSION] ?? null);
  const match = slots[MATCHES] ?? MATCH['='];
  if (name === undefined || name === '' || typeof match !== 'number') return undefined;
  const conflict = (match & CONFLICT) === 0 ? {} : { conflict: true };
  if (version === undefined) return { name, ...conflict };
  const bits = match & ~CONFLICT;
  const operator = OPERATORS.find(([, each]) => each === (bits === 8 ? MATCH['~'] : bits))?.[0];
  return operator === undefined ? undefined : { name, operator, version, ...conflict };
}

const OPERATORS = Object.entries(MATCH) as [ApkOperator, number][];
