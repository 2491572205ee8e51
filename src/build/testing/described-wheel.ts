/** What the test of a wheel needs to know of it. */
import {
  evaluateMarker,
  formatRequirement,
  formatVersion,
  metadataView,
  normalizeName,
  parseRequirement,
} from '../../packaging/index.ts';
import { markerEnvironment, type Interpreter } from '../../python/index.ts';
import { readMetadata, withWheel } from '../../wheel/index.ts';

/**
 * Name and version of a wheel, and the dependencies that apply to an interpreter and the extras of the tests; its own
 * parts are not among them.
 */
export interface DescribedWheel {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
}

export interface DescribeOptions {
  readonly interpreter: Interpreter;
  readonly testExtras: readonly string[];
  /** Distributions that its set carries. */
  readonly parts: readonly { readonly distribution: string }[];
}

/**
 * Reads it.
 * @throws WheelworksError `wheel/*`, `zip/*`, `packaging/*`, `file/*`.
 */
export async function describeWheel(
  path: string,
  { interpreter, testExtras, parts }: DescribeOptions,
): Promise<DescribedWheel> {
  const extras = ['', ...testExtras];
  const own = new Set(parts.map(({ distribution }) => normalizeName(distribution)));
  return withWheel(path, async (wheel) => {
    const view = metadataView(await readMetadata(wheel));
    return {
      // pip before 23.3 compares a requirement's spelling with METADATA's; the normal form agrees with every spelling.
      name: wheel.filename.normalizedName,
      version: formatVersion(wheel.filename.version),
      dependencies: dependenciesOf(view.requiresDist ?? [], interpreter, extras).filter(
        (text) => !own.has(normalizeName(parseRequirement(text).name)),
      ),
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
