import { WheelworksError } from '../../../support/errors.ts';
import { libraryOf, type StandardLibrary, type StandardLibraryTable } from './model.ts';

/** data/stdlib-*.json, as scripts/update-openwrt-stdlib.mjs makes them; each is read when its minor is asked for. */
const TABLES: Readonly<Record<string, () => Promise<{ default: StandardLibraryTable }>>> = {
  '3.6': () => import('../data/stdlib-3.6.json', { with: { type: 'json' } }),
  '3.7': () => import('../data/stdlib-3.7.json', { with: { type: 'json' } }),
  '3.9': () => import('../data/stdlib-3.9.json', { with: { type: 'json' } }),
  '3.10': () => import('../data/stdlib-3.10.json', { with: { type: 'json' } }),
  '3.11': () => import('../data/stdlib-3.11.json', { with: { type: 'json' } }),
  '3.13': () => import('../data/stdlib-3.13.json', { with: { type: 'json' } }),
  '3.14': () => import('../data/stdlib-3.14.json', { with: { type: 'json' } }),
};

/**
 * The standard library of a minor version: `3.13`.
 * @throws WheelworksError `openwrt/no-standard-library` for a minor that no release has.
 */
export async function standardLibrary(minor: string): Promise<StandardLibrary> {
  const load = TABLES[minor];
  if (load === undefined)
    throw new WheelworksError(
      'openwrt/no-standard-library',
      `What the standard library of Python ${minor} imports is not known.`,
      {
        evidence: `known: ${Object.keys(TABLES).join(', ')}`,
        hint: 'Give its folder with --stdlib.',
      },
    );
  const known = libraries.get(minor) ?? load().then((module) => libraryOf(module.default));
  libraries.set(minor, known);
  return known;
}

/** Every package that is analysed asks for the same one. */
const libraries = new Map<string, Promise<StandardLibrary>>();

/** The minors whose library has a module, oldest first. */
export async function minorsWithModule(module: string): Promise<readonly string[]> {
  const minors: string[] = [];
  for (const [minor, load] of Object.entries(TABLES))
    if (Object.hasOwn((await load()).default.modules, module)) minors.push(minor);
  return minors;
}
