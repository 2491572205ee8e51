/**
 * Entry points as PyPI takes them since 2026-05: UTF-8, INI with "=" alone, and scripts with plain names.
 * Rules: warehouse `forklift/legacy.py`, 6b6215712 (2026-08).
 */
import { parseEntryPoints } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { readDistInfoFile } from '../../wheel/index.ts';
import { mistake } from '../contents/advice.ts';
import type { CheckSubject } from '../subject.ts';
import { refused } from './refused.ts';

const SCRIPT_GROUPS: ReadonlySet<string> = new Set(['console_scripts', 'gui_scripts']);
/** Python's `[\w.-]+`: installers make files of these names. */
const SCRIPT_NAME = /^[\p{L}\p{N}_.-]+$/u;
const HINT = 'Let the build backend write it from [project.scripts] and [project.entry-points].';

/** `pypi/entry-points-encoding`, `pypi/entry-points-syntax`, `pypi/script-name`, `contents/entry-point-reference`. */
export async function entryPointFindings({ wheel }: CheckSubject): Promise<readonly Finding[]> {
  if (wheel === undefined) return [];
  const path = `${wheel.distInfo}/entry_points.txt`;
  const bytes = await readDistInfoFile(wheel, 'entry_points.txt').catch((error: unknown) => {
    // A member that cannot be read is a finding of the archive already.
    if (error instanceof WheelworksError) return undefined;
    throw error;
  });
  if (bytes === undefined) return [];
  const text = decoded(bytes);
  if (text === undefined)
    return [
      refused('pypi/entry-points-encoding', 'entry_points.txt is not UTF-8.', { path, hint: HINT }),
    ];
  return judge(text, path);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function judge(text: string, path: string): readonly Finding[] {
  try {
    return parseEntryPoints(text).flatMap(({ name: group, entries }) =>
      entries
        .filter(({ name }) => SCRIPT_GROUPS.has(group) && !SCRIPT_NAME.test(name))
        .map(({ name }) => badName(name, group, path)),
    );
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    const details = { path, evidence: error.message, hint: HINT };
    return [
      isReadable(withoutValues(text))
        ? mistake('contents/entry-point-reference', 'An entry point names nothing.', details)
        : refused('pypi/entry-points-syntax', 'entry_points.txt cannot be read.', details),
    ];
  }
}

/** An index looks at names alone: what they stand for is between the distribution and those who load it. */
function withoutValues(text: string): string {
  return text.replaceAll(/^([^=[#;\r\n]+)=.*$/gm, '$1= module');
}

function isReadable(text: string): boolean {
  try {
    return parseEntryPoints(text).length > 0;
  } catch (error) {
    if (error instanceof WheelworksError) return false;
    throw error;
  }
}

function badName(name: string, group: string, path: string): Finding {
  return refused('pypi/script-name', 'A script has a name that no file should have.', {
    path,
    evidence: `${name} of ${group}`,
    hint: 'Use letters, digits, "_", "." and "-".',
  });
}
