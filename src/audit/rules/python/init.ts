/** Modules that no Python can import: they lack the function that importing calls. */
import type { Finding } from '../../../support/finding.ts';
import type { Evaluation } from '../../audit.ts';
import { extensionModules, hooksOf, usesPython } from './modules.ts';

/**
 * Modules by their suffix, and by calling Python, without an init function of their name. Names that are not ASCII are encoded in the function's
 * name (PEP 489) and not judged.
 */
export function moduleInitFindings(audit: Evaluation): readonly Finding[] {
  return extensionModules(audit).flatMap(({ native, elf, stem }): readonly Finding[] => {
    if (
      !usesPython(elf) ||
      !/^\w+$/.test(stem) ||
      hooksOf(stem).some((hook) => elf.symbols.exports.has(hook))
    )
      return [];
    return [
      {
        code: 'audit/no-module-init',
        severity: 'error',
        effect: 'users-break',
        message:
          'A file has the name of an extension module but no init function: importing it fails.',
        path: native.path,
        evidence: `neither PyInit_${stem} nor PyModExport_${stem} is exported`,
        hint: 'Export the function, or give a library that is no module a plain .so name.',
      },
    ];
  });
}
