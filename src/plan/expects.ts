/**
 * The file name of the wheel that serves a job, as a pattern: `spam-1.0-cp312-cp312-manylinux*_x86_64.whl`.
 *
 * Specification: Binary distribution format, "File name convention"; PEP 425, PEP 384, PEP 803.
 */
import { formatVersion, normalizeName, tryParseVersion } from '../packaging/index.ts';
import type { BuildIdentifier, BuildTarget, KnownPython } from '../platform/index.ts';
import type { Project } from '../project/index.ts';

/**
 * The pattern, in normalised spelling of name and version. Every wheel that serves the job matches; where it is not known which
 * ABI the backend chooses, several alternatives stand in braces.
 */
export function expectedFile(project: Project, { python, target }: BuildIdentifier): string {
  const start = `${fileName(project.name)}-${fileVersion(project.version)}`;
  if (project.abi.kind === 'pure') return `${start}-py3-none-any.whl`;
  return `${start}-${alternatives(tagsFor(project, python))}-${platformPattern(target)}.whl`;
}

function fileName(name: string | undefined): string {
  return name === undefined ? '*' : normalizeName(name).replaceAll('-', '_');
}

function fileVersion(version: string | undefined): string {
  if (version === undefined) return '*';
  const parsed = tryParseVersion(version);
  return parsed === undefined ? version : formatVersion(parsed);
}

/** The abi3t of PEP 803 begins with this CPython. */
const FIRST_ABI3T = 15;

/** Interpreter and ABI tags of what serves a Python, its own first. */
function tagsFor({ abi }: Project, python: KnownPython): readonly string[] {
  const own = `${python.interpreter}-${python.abi}`;
  if (abi.kind === 'none') return ['py3-none'];
  const stable = stableTags(python, abi.kind === 'stable' ? abi.minor : undefined);
  if (abi.kind === 'stable') {
    const takes = python.freeThreaded
      ? abi.freeThreaded && python.minor >= FIRST_ABI3T
      : (abi.minor ?? 0) <= python.minor;
    return python.implementation === 'cpython' && takes ? stable : [own];
  }
  return [own, ...stable, 'py3-none'];
}

/**
 * The stable ABI's tags that a Python takes; nothing before 3.2 has it.
 * @param oldest the one CPython 3.N whose tag it will be.
 */
function stableTags(python: KnownPython, oldest: number | undefined): readonly string[] {
  const { implementation, minor, freeThreaded } = python;
  if (implementation !== 'cpython') return [];
  if (freeThreaded)
    return minor < FIRST_ABI3T ? [] : [`cp3${FIRST_ABI3T}-abi3t`, `cp3${FIRST_ABI3T}-abi3.abi3t`];
  const both = minor < FIRST_ABI3T ? [] : [`cp3${FIRST_ABI3T}-abi3.abi3t`];
  if (oldest !== undefined) return [`cp3${oldest}-abi3`];
  const tens = minor < 10 ? [] : [`cp31[0-${minor - 10}]-abi3`];
  return [`cp3[2-${Math.min(minor, 9)}]-abi3`, ...tens, ...both];
}

function alternatives(tags: readonly string[]): string {
  return tags.length === 1 ? (tags[0] ?? '') : `{${tags.join(',')}}`;
}

/** Repaired wheels carry the version of what they need, or several: `manylinux_2_17_x86_64.manylinux2014_x86_64`. */
function platformPattern({ platform, libc, arch, tag }: BuildTarget): string {
  if (platform === 'windows') return tag;
  if (platform === 'macos') return `macosx_*_${arch}`;
  // A wheel for both libcs names manylinux first.
  return libc === 'musl' ? `*musllinux_*_${arch}` : `manylinux*_${arch}`;
}
