/** Symbols that the Python a module is for does not have. */
import { loadStableAbi, type StableAbi } from '../../../platform/index.ts';
import type { Finding } from '../../../support/finding.ts';
import type { Evaluation } from '../../audit.ts';
import { shown } from '../shown.ts';
import { extensionModules, type ExtensionModule } from './modules.ts';

/** Modules of one CPython whose imports that CPython never exported. */
export async function pythonSymbolFindings(audit: Evaluation): Promise<readonly Finding[]> {
  const modules = extensionModules(audit).filter(({ name }) => name?.cpython?.major === 3);
  if (modules.length === 0) return [];
  const table = await loadStableAbi();
  return modules.flatMap((module) => missingSymbols(module, table));
}

function missingSymbols(
  { native, elf, name }: ExtensionModule,
  table: StableAbi,
): readonly Finding[] {
  const minor = name?.cpython?.minor;
  const { known } = table;
  if (minor === undefined || minor < known.first[1] || minor > known.last[1]) return [];
  const missing = elf.symbols.imports.flatMap((symbol) => {
    const span = table.exportedBy(symbol);
    if (span === undefined || (span.first[1] <= minor && minor <= span.last[1])) return [];
    return [
      minor < span.first[1]
        ? `${symbol} came with 3.${span.first[1]}`
        : `${symbol} went after 3.${span.last[1]}`,
    ];
  });
  if (missing.length === 0) return [];
  return [
    {
      code: 'audit/python-symbol-missing',
      severity: 'error',
      effect: 'users-break',
      message: `A module for CPython 3.${minor} uses symbols that this release does not have.`,
      path: native.path,
      evidence: shown(missing),
      hint: 'Build it with the headers of the Python in its name.',
    },
  ];
}
