/** DEPENDS of a recipe: what the imports of its sdist and Requires-Dist ask for, and what they leave open. */
import { analyseDependencies, type DependencyReport } from '../dependencies/index.ts';
import { packageName } from '../names.ts';
import { activeRequirements, untold } from './blind-spots.ts';
import type { RecipeOptions } from './derive.ts';
import { notInFeed } from './feed-packages.ts';
import { readRequirements } from './host-depends.ts';
import type { SdistSubject } from './sdist-subject.ts';

/** What the analysis finds; undefined where no Python could read the imports. @throws WheelworksError as `analyseDependencies`. */
export async function dependenciesOf(
  { requires, tree, built }: SdistSubject,
  project: string,
  { release, extras, python, env, signal }: RecipeOptions,
): Promise<DependencyReport | undefined> {
  if (python === undefined) return undefined;
  const { requirements } = readRequirements(requires);
  return analyseDependencies(tree, {
    release,
    requires: requirements,
    extras,
    project,
    built,
    reader: {
      python,
      ...(env === undefined ? {} : { env }),
      ...(signal === undefined ? {} : { signal }),
    },
  });
}

/** In the order of the feed: the interpreter, its parts, then other projects. */
export function dependsOf(
  report: DependencyReport | undefined,
  subject: SdistSubject,
  options: RecipeOptions,
): { readonly words: string[]; readonly todo: string[] } {
  const todo = untold(subject, options).map((each) => `DEPENDS: ${each}`);
  if (report === undefined)
    todo.push('DEPENDS: parts of the standard library, which only imports tell');
  for (const { code, message, severity } of report?.findings ?? [])
    if (severity !== 'info') todo.push(`DEPENDS: ${message} (${code})`);
  const words =
    report === undefined
      ? [
          'python3-light',
          ...activeRequirements(subject, options).map(({ project }) => packageName(project)),
        ].map(select)
      : wordsOf(report);
  return { words, todo: [...todo, ...notInFeed(words, options.release.name)] };
}

function wordsOf(report: DependencyReport): string[] {
  const names = report.dependencies
    .map((each) => each.name)
    // The library is what the base needs, and the base what the light package does, which every recipe of the feed names.
    .filter((each) => !each.startsWith('libpython3') && each !== 'python3-base');
  const words =
    names.includes('python3-light') || names.includes('python3')
      ? names
      : ['python3-light', ...names];
  return [...new Set(words)].sort(interpreterFirst).map(select);
}

function select(name: string): string {
  return `+${name}`;
}

function interpreterFirst(one: string, other: string): number {
  const rank = (name: string): number => (name === 'python3-light' || name === 'python3' ? 0 : 1);
  return rank(one) - rank(other) || (one < other ? -1 : Number(one > other));
}
