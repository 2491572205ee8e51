/** Dependencies by what the metadata of a project requires, and by the libraries of its native files. */
import { evaluateMarker, parseRequirement, type MarkerEnvironment } from '../../packaging/index.ts';
import { packageName } from '../names.ts';
import type { PackageDependency } from '../package/index.ts';
import type { DependencySubject } from './model.ts';

/** What ties a package to its Python, and lets it run there at all. */
export async function declaredDependencies({
  requires,
  extras,
  libraries,
  release,
  machine,
}: DependencySubject): Promise<{ depends: readonly PackageDependency[]; findings: readonly [] }> {
  const { version, minor } = release.python;
  const environment: MarkerEnvironment = {
    implementation_name: 'cpython',
    implementation_version: version,
    os_name: 'posix',
    platform_machine: machine ?? '',
    platform_python_implementation: 'CPython',
    platform_release: '',
    platform_system: 'Linux',
    platform_version: '',
    python_full_version: version,
    python_version: minor,
    sys_platform: 'linux',
  };
  const names = requires.map(parseRequirement).flatMap(({ name, marker }) => {
    const holds = (extra: string): boolean =>
      marker === undefined || evaluateMarker(marker, { ...environment, extra });
    return ['', ...extras].some(holds) ? [packageName(name)] : [];
  });
  const all = new Set([`libpython3-${minor}`, 'python3-light', ...names, ...libraries]);
  return { depends: [...all].sort().map((name) => ({ name })), findings: [] };
}
