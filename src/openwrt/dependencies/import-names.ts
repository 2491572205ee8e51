/** Which project a module of somebody else is from: by its name, and by data/import-names.json where that is another. */
import { isValidName, normalizeName } from '../../packaging/name.ts';
import table from './data/import-names.json' with { type: 'json' };
import sixMoves from './data/six-moves.json' with { type: 'json' };

const PROJECTS = new Map<string, string[]>();
for (const [project, modules] of Object.entries(table.projects))
  for (const module of modules.split(' '))
    PROJECTS.set(module, [...(PROJECTS.get(module) ?? []), project]);

const KNOWN = new Set(Object.keys(table.projects));

const MOVES = new Map(Object.entries(sixMoves.moves));

/**
 * The projects that may have a module, in PyPI's normal spelling, the likeliest first: those known to, and those whose name is
 * that of the module or of a package around it. None for a private name that no table has.
 */
export function projectsOfModule(module: string): readonly string[] {
  const known = answers.get(module) ?? findProjects(module);
  answers.set(module, known);
  return known;
}

/** A module is asked for by everything that imports it. */
const answers = new Map<string, readonly string[]>();

function findProjects(module: string): readonly string[] {
  const parts = module.split('.');
  const prefixes = parts.map((_, at) => parts.slice(0, parts.length - at).join('.'));
  const known = prefixes.flatMap((prefix) => PROJECTS.get(prefix) ?? []);
  // Long dotted names are paths within a package, and no project is called so.
  const named = prefixes
    .filter((prefix) => prefix.split('.').length <= 3)
    .map((prefix) => normalizeName(prefix).replaceAll('.', '-'))
    // `_module` may be anybody's.
    .filter(isValidName);
  return [...new Set([...known, ...named])];
}

/** Tops that many projects share: what follows is part of the name of the project. */
const SHARED_TOPS = new Set([
  'azure',
  'backports',
  'google',
  'jaraco',
  'repoze',
  'ruamel',
  'sphinxcontrib',
  'zope',
]);

/** The project that a module is most likely from, for a word to a person; undefined for a private name. */
export function likelyProject(module: string): string | undefined {
  const known = projectsOfModule(module).find((each) => KNOWN.has(each));
  return known ?? projectsOfModule(namespaceOf(module))[0];
}

/** The part of a module's name that tells whose it is: its top, with what follows one that many share. */
export function namespaceOf(module: string): string {
  const [top = '', second] = module.split('.');
  return SHARED_TOPS.has(top) && second !== undefined ? `${top}.${second}` : top;
}

/** Whether the table tells whose a module is. */
export function isKnownModule(module: string): boolean {
  return projectsOfModule(module).some(isKnownProject);
}

/** Whether the table tells the modules of a project. */
export function isKnownProject(project: string): boolean {
  return KNOWN.has(project);
}

/**
 * The module of the standard library behind one of `six.moves`, whoever carries that six along; undefined for other names.
 */
export function behindSixMoves(module: string): string | undefined {
  const [, move] = /(?:^|\.)six\.moves\.(.+)$/.exec(module) ?? [];
  return move === undefined ? undefined : MOVES.get(move);
}
