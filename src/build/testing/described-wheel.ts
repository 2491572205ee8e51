/** What the test of a wheel needs to know of it. */
import {
  evaluateMarker,
  formatRequirement,
  formatVersion,
  metadataView,
  parseRequirement,
} from '../../packaging/index.ts';
import { markerEnvironment, type Interpreter } from '../../python/index.ts';
import { readMetadata, withWheel } from '../../wheel/index.ts';

/** Name and version of a wheel, and the dependencies that apply to an interpreter and the extras of the tests. */
export interface DescribedWheel {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
}

/**
 * Reads it.
 * @throws WheelworksError `wheel/*`, `zip/*`, `packaging/*`, `file/*`.
 */
export async function describeWheel(
  path: string,
  interpreter: Interpreter,
  testExtras: readonly string[],
): Promise<DescribedWheel> {
  const extras = ['', ...testExtras];
  return withWheel(path, async (wheel) => {
    const view = metadataView(await readMetadata(wheel));
    return {
      // pip before 23.3 compares a requirement's spelling with METADATA's; the normal form agrees with every spelling.
      name: wheel.filename.normalizedName,
      version: formatVersion(wheel.filename.version),
      dependencies: dependenciesOf(view.requiresDist ?? [], interpreter, extras),
    };
  });
}

function dependenciesOf(
  requiresDist: readonly string[],
  interpreter: Interpreter,
  extras: readonly string[],
): readonly string[] {
  const environment = markerEnvironment(interpreter);
  return requiresDist
    .map((text) => parseRequirement(text))
    .filter(
      ({ marker }) =>
        marker === undefined ||
        extras.some((extra) => evaluateMarker(marker, { ...environment, extra })),
    )
    .map((requirement) => {
      // It applies, and pip would judge `extra` anew.
      const { marker: _applies, ...rest } = requirement;
      return formatRequirement(rest);
    });
}
