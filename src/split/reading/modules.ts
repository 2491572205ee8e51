/** Extension modules among the members of a wheel, and the Python files that can stand in for them. */
import {
  extensionModules,
  isExtensionModule,
  parseModuleName,
  type Audit,
} from '../../audit/index.ts';

/**
 * Path of each extension module to that of a Python file of the same import name. ELF files are modules by their suffix
 * or by the init function they export, others by their suffix alone: what they export is not read.
 */
export function modulesOf(audit: Audit): ReadonlyMap<string, string> {
  const byName = audit.subject.natives.map(({ path }) => path).filter(isExtensionModule);
  const byHook = extensionModules(audit).map(({ native }) => native.path);
  return new Map([...byName, ...byHook].map((path) => [path, stubPath(path)]));
}

/** `pkg/_big.py` for `pkg/_big.cpython-312-x86_64-linux-gnu.so`. */
function stubPath(path: string): string {
  const stem = parseModuleName(path)?.stem ?? path.replace(/\.(?:so|pyd)$/, '');
  return `${stem}.py`;
}
