/** Entry points as PyPI takes them since 2025. Rules: warehouse `forklift/legacy.py`, 6b6215712 (2026-08). */
import { parseEntryPoints } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { readDistInfoFile } from '../../wheel/index.ts';
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

const SCRIPT_GROUPS: ReadonlySet<string> = new Set(['console_scripts', 'gui_scripts']);
/** Installers make files of these names. */
const SCRIPT_NAME = /^[\w.-]+$/;

export async function entryPointFindings({ wheel }: CheckSubject): Promise<readonly Finding[]> {
  if (wheel === undefined) return [];
  const path = `${wheel.distInfo}/entry_points.txt`;
  const hint = 'Let the build backend write it from [project.scripts] and [project.entry-points].';
  try {
    const bytes = await readDistInfoFile(wheel, 'entry_points.txt');
    if (bytes === undefined) return [];
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseEntryPoints(text).flatMap(({ name: group, entries }) =>
      entries.flatMap(({ name }) => {
        if (!SCRIPT_GROUPS.has(group) || SCRIPT_NAME.test(name)) return [];
        return [
          refused('pypi/script-name', 'A script has a name that no file should have.', {
            path,
            evidence: `${name} of ${group}`,
            hint: 'Use letters, digits, "_", "." and "-".',
          }),
        ];
      }),
    );
  } catch (error) {
    if (error instanceof TypeError)
      return [refused('pypi/entry-points', 'entry_points.txt is not UTF-8.', { path, hint })];
    if (!(error instanceof WheelworksError)) throw error;
    const evidence = [error.message, error.evidence].filter(Boolean).join(' ');
    return [
      refused('pypi/entry-points', 'entry_points.txt cannot be read.', { path, evidence, hint }),
    ];
  }
}
