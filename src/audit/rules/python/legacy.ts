/**
 * What only some builds of old Pythons have: Unicode of two or four bytes in Python 2 (PEP 513, "UCS-2 vs UCS-4 builds"), and
 * the floating point exceptions of builds --with-fpectl, which CPython 3.7 dropped.
 */
import type { Finding } from '../../../support/finding.ts';
import type { Evaluation } from '../../audit.ts';
import { shown } from '../shown.ts';
import { extensionModules, type ExtensionModule } from './modules.ts';

/** One finding a module for each. */
export function legacyPythonFindings(audit: Evaluation): readonly Finding[] {
  const abis = audit.subject.tags?.abis ?? [];
  return extensionModules(audit).flatMap((module) => [
    ...unicodeFindings(module, abis),
    ...floatingPointFindings(module),
  ]);
}

function unicodeFindings(
  { native, elf }: ExtensionModule,
  abis: readonly string[],
): readonly Finding[] {
  const narrow = elf.symbols.imports.filter((name) => name.startsWith('PyUnicodeUCS2_'));
  const wide = elf.symbols.imports.filter((name) => name.startsWith('PyUnicodeUCS4_'));
  const isWrong =
    (narrow.length > 0 && !abis.includes('cp27m')) || (wide.length > 0 && !abis.includes('cp27mu'));
  if (narrow.length + wide.length === 0 || (!isWrong && narrow.length === 0)) return [];
  return [
    {
      code: 'audit/python2-unicode',
      severity: isWrong ? 'error' : 'warning',
      effect: 'users-break',
      message: isWrong
        ? 'A module is for a Python 2 with another width of Unicode than the tag says.'
        : 'A module is for a Python 2 with narrow Unicode, which Linux distributions do not build.',
      path: native.path,
      evidence: shown([...narrow, ...wide]),
      hint: 'Build it with the Python that the tag names: cp27mu has four bytes a character, cp27m two.',
    },
  ];
}

const FLOATING_POINT: ReadonlySet<string> = new Set(['PyFPE_jbuf', 'PyFPE_dummy', 'PyFPE_counter']);

function floatingPointFindings({ native, elf }: ExtensionModule): readonly Finding[] {
  const used = elf.symbols.imports.filter((name) => FLOATING_POINT.has(name));
  if (used.length === 0) return [];
  return [
    {
      code: 'audit/pyfpe',
      severity: 'error',
      effect: 'users-break',
      message: 'A module needs a Python built --with-fpectl; others refuse to import it.',
      path: native.path,
      evidence: shown(used),
      hint: 'Build it with a Python without fpectl, as those of manylinux images are.',
    },
  ];
}
