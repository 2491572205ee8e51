import { release, version } from 'node:os';
import type { MarkerEnvironment } from '../packaging/marker-environment.ts';
import { formatPythonVersion, implementationTitle, type InterpreterFacts } from './interpreter.ts';

/** What `uname` says of the running kernel; not the interpreter's own, so it is asked anew each time. */
export interface Kernel {
  readonly release: string;
  readonly version: string;
}

/**
 * The values of the environment markers in an interpreter, all but `extra`.
 *
 * `platform_release` is absent on Windows: there it is a product name, which only Python derives.
 */
export function markerEnvironment(
  interpreter: InterpreterFacts,
  kernel: Kernel = { release: release(), version: version() },
): MarkerEnvironment {
  const { implementation, version: python, osName } = interpreter;
  return {
    implementation_name: implementation.name,
    implementation_version: implementation.version,
    os_name: osName,
    platform_machine: interpreter.machine,
    platform_python_implementation: implementationTitle(implementation.name),
    platform_system: interpreter.system,
    ...(osName === 'nt'
      ? { platform_version: kernel.release }
      : { platform_release: kernel.release, platform_version: kernel.version }),
    python_full_version: formatPythonVersion(python),
    python_version: `${python.major}.${python.minor}`,
    sys_platform: interpreter.systemPlatform,
  };
}
