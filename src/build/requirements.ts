/** Whether the build requirements of a project are installed in an interpreter already. */
import {
  evaluateMarker,
  parseRequirement,
  specifierSetContains,
  tryParseVersion,
  type Requirement,
} from '../packaging/index.ts';
import { markerEnvironment, type Interpreter } from '../python/index.ts';
import installedScript from '../python/installed.py?raw';
import type { Environment } from './environment.ts';
import type { BuildPlace } from './place.ts';

/** The interpreter that is asked, and where it runs. */
interface Where {
  readonly interpreter: Interpreter;
  readonly place: Pick<BuildPlace, 'run'>;
  readonly env: Environment;
}

type Versions = Readonly<Record<string, unknown>>;

/** Listing installed packages takes far less, even from a slow network drive. */
const TIMEOUT = 60_000;

/**
 * Of `requires` (PEP 508 texts), those that the interpreter does not have in a fitting version, as written.
 * Requirements whose marker does not apply to the interpreter count as met; an interpreter that cannot be asked has
 * none.
 * @throws WheelworksError `packaging/*` for a requirement that is not one.
 */
export async function missingRequirements(
  requires: readonly string[],
  where: Where,
): Promise<readonly string[]> {
  const { interpreter } = where;
  const wanted = requires
    .map((text) => ({ text, requirement: parseRequirement(text) }))
    .filter(({ requirement }) => applies(requirement, interpreter));
  if (wanted.length === 0) return [];
  const names = wanted.map(({ requirement }) => requirement.name);
  const versions = await installedVersions(names, where);
  return wanted
    .filter(({ requirement }) => !isMet(requirement, versions[requirement.name]))
    .map(({ text }) => text);
}

function applies(requirement: Requirement, interpreter: Interpreter): boolean {
  return (
    requirement.marker === undefined ||
    evaluateMarker(requirement.marker, { ...markerEnvironment(interpreter), extra: '' })
  );
}

function isMet(requirement: Requirement, version: unknown): boolean {
  if (typeof version !== 'string' || tryParseVersion(version) === undefined) return false;
  // A direct reference names one file; what is installed cannot be told from it.
  if (requirement.url !== undefined) return false;
  return specifierSetContains(requirement.specifier, version, { prereleases: true });
}

async function installedVersions(
  names: readonly string[],
  { interpreter, place, env }: Where,
): Promise<Versions> {
  const result = await place.run(interpreter.path, ['-c', installedScript, ...names], {
    cwd: interpreter.prefix,
    env,
    timeoutMs: TIMEOUT,
  });
  if (result.exitCode !== 0) return {};
  // A sitecustomize may print before the script does.
  const line = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    const document: unknown = JSON.parse(line);
    return typeof document === 'object' && document !== null ? (document as Versions) : {};
  } catch {
    return {};
  }
}
