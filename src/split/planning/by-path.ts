/** Files over the limit that nothing but their path finds: the code that opens them has to ask the joiner. */
import { WheelworksError } from '../../support/errors.ts';
import type { SplitInput } from '../reading/input.ts';

/** Lines of the package's code that name a file. */
export type Mentions = (path: string) => Promise<readonly string[]>;

/**
 * Refuses to cut such files, with all lines that name them.
 * @param paths of files that neither are modules nor are needed by native files, and that `--by-path` does not name
 * @throws WheelworksError `split/loaded-by-code`; `split/opened-by-nothing` when no line names any of them.
 */
export async function refuseByPath(
  { wheel, names }: SplitInput,
  paths: readonly string[],
  mentions: Mentions,
): Promise<void> {
  if (paths.length === 0) return;
  const named = await Promise.all(
    paths.map(async (path) => ({ path, lines: await mentions(path) })),
  );
  const isOne = paths.length === 1;
  const [first = ''] = paths;
  const what = isOne ? `${first} is` : `${paths.join(', ')} are each`;
  const [it, its] = isOne ? ['it', 'its name'] : ['them', 'their names'];
  const options = paths.map((path) => `--by-path ${path}`).join(' ');
  const ask = `ask for ${it}, from ${names.cache} import path; path("${first}"), and give ${options}`;
  if (named.some(({ lines }) => lines.length > 0))
    throw new WheelworksError(
      'split/loaded-by-code',
      `${what} too large for one wheel, and neither imported nor needed by a native file: the package's code finds ${isOne ? 'it by its path, where it' : 'them by their paths, where they'} would not be.`,
      {
        path: wheel.path,
        evidence: evidenceOf(named),
        hint: `Have the code ${ask}.`,
      },
    );
  throw new WheelworksError(
    'split/opened-by-nothing',
    `${what} too large for one wheel, and it is not known what opens ${it}: ${isOne ? 'it is no module' : 'they are no modules'}, no native file needs ${it}, and no line of the wheel's Python code has ${its}.`,
    {
      path: wheel.path,
      evidence: paths.join('\n'),
      hint: `If code puts ${isOne ? 'the name' : 'the names'} together or takes all of a folder, have it ${ask}; if nothing opens ${it}, leave ${it} out of the wheel.`,
    },
  );
}

/** The lines that name a file; where there are several files, those of each, and of which there are none. */
function evidenceOf(
  named: readonly { readonly path: string; readonly lines: readonly string[] }[],
): string {
  if (named.length === 1) return named.flatMap(({ lines }) => lines).join('\n');
  return named
    .flatMap(({ path, lines }) =>
      lines.length === 0
        ? [`${path}: no line of the wheel's Python code has its name`]
        : [`${path}:`, ...lines.map((line) => `  ${line}`)],
    )
    .join('\n');
}
