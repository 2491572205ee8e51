/** What is asked about: a wheel, a folder, or a package that was made. */
import { stat } from 'node:fs/promises';
import type { FileTree } from '../../archive/tree/index.ts';
import { fileError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { installDirectory, installWheel } from '../install/index.ts';
import { readPackage, type ReadPackage } from '../package/index.ts';
import type { OpenWrtRelease } from '../targets/index.ts';
import { extrasOf } from './extras.ts';
import type { DependencyReport } from './model.ts';

export interface InputSubject {
  /** As the project or the package spells it. */
  readonly name: string;
  readonly version: string;
  readonly tree: FileTree;
  /** `Requires-Dist`; empty for a package, whose dependencies are what its maker made of them. */
  readonly requires: readonly string[];
  /** Of the project, in normal spelling; none of a package. */
  readonly extras: readonly string[];
  /** On what a package says that it depends: names alone. Absent of all else. */
  readonly stored?: readonly string[];
  /** That a package is for other devices than those of the release. */
  readonly findings: readonly Finding[];
}

/**
 * Reads an input, as it lies on a device.
 * @throws WheelworksError as `installWheel`, `installDirectory`, `readPackage`; `file/*`.
 */
export async function readSubject(path: string, release: OpenWrtRelease): Promise<InputSubject> {
  if (/\.(?:ipk|apk)$/.test(path)) {
    const read = await readPackage(path);
    const { name, version, tree, depends } = read;
    const stored = depends.map((each) => each.name);
    const findings = forOthers(read, release);
    return { name, version, tree, requires: [], extras: [], stored, findings };
  }
  const stats = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  const read = stats.isDirectory() ? installDirectory : installWheel;
  const { name, version, tree, metadata } = await read(path, release.python);
  const requires = metadata.requiresDist;
  return { name, version, tree, requires, extras: extrasOf(metadata), findings: [] };
}

/** What an input that was made for other devices says before all else; nothing is said of a Python that does not look there. */
export function reportOfInput(
  report: DependencyReport,
  { findings }: Pick<InputSubject, 'findings'>,
): DependencyReport {
  const isElsewhere = findings.some(({ code }) => code === 'openwrt/other-python');
  const dependencies = report.dependencies.filter(
    ({ reasons }) => !isElsewhere || reasons.some(({ kind }) => kind !== 'minor'),
  );
  return { ...report, dependencies, findings: [...findings, ...report.findings] };
}

function forOthers(
  { manager, tree }: Pick<ReadPackage, 'manager' | 'tree'>,
  release: OpenWrtRelease,
): Finding[] {
  const { minor } = release.python;
  const minors = new Set(
    tree.entries().flatMap(([path]) => /^usr\/lib\/python(3\.\d+)\//.exec(path)?.[1] ?? []),
  );
  const findings: Finding[] = [];
  const hint = `Pack its wheel for the target, or name the release that it was made for with --target.`;
  if (minors.size > 0 && !minors.has(minor))
    findings.push({
      code: 'openwrt/other-python',
      severity: 'error',
      effect: 'users-break',
      message: `The package is for Python ${[...minors].join(' and ')}; OpenWrt ${release.name} has ${minor}, which does not look there.`,
      evidence: [...minors].map((each) => `/usr/lib/python${each}`).join(', '),
      hint,
    });
  if (manager !== release.manager)
    findings.push({
      code: 'openwrt/other-manager',
      severity: 'error',
      effect: 'users-break',
      message: `The package is for ${manager}, and OpenWrt ${release.name} installs with ${release.manager}.`,
      hint,
    });
  return findings;
}
