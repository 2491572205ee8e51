/** Wheels that are for one Python by their tag only. */
import { loadStableAbi } from '../../../platform/index.ts';
import type { Finding } from '../../../support/finding.ts';
import type { Evaluation } from '../../audit.ts';
import { counted } from '../shown.ts';
import { extensionModules, oldestMinor, savedFiles, usesPython } from './modules.ts';

/** A wheel without extension modules serves every Python: ctypes and programs do not care. */
export async function broaderTagFindings(audit: Evaluation): Promise<readonly Finding[]> {
  const { tags, natives } = audit.subject;
  const loadable = natives.filter((native) => native.loadable);
  const [first] = loadable;
  const isForOne = tags?.abis.some((abi) => /^cp\d/.test(abi)) === true;
  const isKnown = natives.every(({ format }) => format === 'elf');
  if (!isForOne || !isKnown || first === undefined || extensionModules(audit).length > 0) return [];
  // A library that calls Python is bound to its version, and what cannot be read could be a module.
  if (loadable.some(({ elf }) => elf !== undefined && usesPython(elf))) return [];
  if (natives.some(({ problem }) => problem !== undefined)) return [];
  const minor = oldestMinor(tags);
  const saved = minor === undefined ? [] : savedFiles(minor, await loadStableAbi());
  return [
    {
      code: 'audit/could-be-any-python',
      severity: 'info',
      effect: 'advice',
      message: 'The wheel is for one Python, but none of its native files is a module of it.',
      path: first.path,
      evidence: [counted(loadable.length, 'native file'), ...saved].join('; '),
      hint: 'Tag it py3-none-<platform>: one wheel then serves all Pythons.',
    },
  ];
}
