/** Which platforms a plan is for, by the words of options and variables. */
import { buildIdentifiers, type BuildIdentifier } from '../../platform/index.ts';
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { PlannedPlatform } from '../model.ts';

const PLATFORMS: readonly PlannedPlatform[] = ['linux', 'macos', 'windows'];
const UNSUPPORTED = ['android', 'ios', 'pyodide'];

/**
 * The platforms that a word means: one of them, `all`, or `auto` for the one of the machine.
 * @throws WheelworksError `config/unknown-platform`, `plan/unsupported-platform`.
 */
export function platformsOf(word: string, host: NodeJS.Platform): readonly PlannedPlatform[] {
  if (word === 'all') return PLATFORMS;
  const name = word === 'auto' || word === '' ? hostPlatform(host) : word;
  const platform = PLATFORMS.find((each) => each === name);
  if (platform !== undefined) return [platform];
  if (UNSUPPORTED.includes(name)) throw unsupported(name);
  const suggestion = closestName(name, [...PLATFORMS, 'all', 'auto']);
  throw new WheelworksError('config/unknown-platform', `Unknown platform: ${name}.`, {
    hint:
      suggestion === undefined
        ? 'It is linux, macos, windows, all or auto.'
        : `Did you mean ${suggestion}?`,
  });
}

function hostPlatform(host: NodeJS.Platform): string {
  if (host === 'darwin') return 'macos';
  return host === 'win32' ? 'windows' : host;
}

/**
 * A build identifier by its name.
 * @throws WheelworksError `plan/unknown-identifier`, `plan/unsupported-platform`.
 */
export function identifierNamed(id: string): BuildIdentifier {
  const found = buildIdentifiers.find((each) => each.id === id);
  if (found !== undefined) return found;
  const elsewhere = /-(android|ios|pyodide)_/.exec(id)?.[1];
  if (elsewhere !== undefined) throw unsupported(elsewhere);
  const suggestion = closestName(
    id,
    buildIdentifiers.map((each) => each.id),
  );
  throw new WheelworksError('plan/unknown-identifier', `There is no build identifier ${id}.`, {
    hint:
      suggestion === undefined
        ? 'wheelworks plan --platform all --archs all --enable all --format ids lists them.'
        : `Did you mean ${suggestion}?`,
  });
}

function unsupported(name: string): WheelworksError {
  return new WheelworksError(
    'plan/unsupported-platform',
    `wheelworks makes no wheels for ${name}.`,
    {
      hint: 'Build those with cibuildwheel, and check and publish them with the others.',
    },
  );
}
