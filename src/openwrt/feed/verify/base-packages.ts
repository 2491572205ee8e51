/** Packages that a feed of Python packages is not expected to hold: parts of the interpreter, and libraries of the release. */
import { splitDefinition } from '../../interpreter/index.ts';
import libraries from '../../native/data/libraries.json' with { type: 'json' };
import { openWrtReleases } from '../../targets/index.ts';

/**
 * Whether the feeds of a release have a package of this name, or `split-interpreter` makes it: of any release, libraries
 * with the version of their binary interface behind the name (`libopenssl3`, `libpython3-3.13`).
 */
export function isOfBase(name: string): boolean {
  names ??= new Set(baseNames());
  // python3-urllib3 is not urllib's third version.
  const base = name.startsWith('python') ? name : name.replace(/[-.]?\d[\d.]*$/, '');
  return names.has(name) || names.has(base);
}

let names: ReadonlySet<string> | undefined;

function baseNames(): string[] {
  const ofPython = openWrtReleases.flatMap(({ name }) => {
    const { packages, light, meta } = splitDefinition(name);
    return [meta, ...[...packages, light].flatMap((each) => [each.name, ...each.depends])];
  });
  return [...ofPython, ...libraries.libraries.map((each) => each.package)];
}
