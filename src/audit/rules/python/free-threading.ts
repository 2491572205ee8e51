/**
 * Modules for free-threaded Pythons that do not say they are safe without the GIL.
 *
 * Specification: PEP 703, and CPython's "C API Extension Support for Free Threading": an import of such a module turns the
 * GIL back on for the whole process.
 */
import type { Finding } from '../../../support/finding.ts';
import type { Evaluation } from '../../audit.ts';
import { extensionModules } from './modules.ts';

/** One finding for each such module. */
export function freeThreadingFindings(audit: Evaluation): readonly Finding[] {
  return extensionModules(audit).flatMap(({ native, elf }): readonly Finding[] =>
    elf.gil === 'not-declared'
      ? [
          {
            code: 'audit/gil-not-declared',
            severity: 'warning',
            effect: 'users-break',
            message:
              'A module for free-threaded Pythons does not declare that it needs no GIL: importing it turns the GIL back on.',
            path: native.path,
            evidence:
              'no Py_mod_gil slot with Py_MOD_GIL_NOT_USED, no call of PyUnstable_Module_SetGIL',
            hint: 'Add the slot {Py_mod_gil, Py_MOD_GIL_NOT_USED} once the module is safe without the GIL.',
          },
        ]
      : [],
  );
}
