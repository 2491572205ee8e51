/**
 * In which order files are sent, so that a release that stops half-way installs nothing wrong.
 *
 * What an installer does with half a release decides: it takes the newest version that has any file for it. While only
 * narrow wheels are there, everybody else stays with the version before. A wheel for everywhere would give all of them
 * the slow fall-back; an sdist would make them compile; a package whose dependencies are not there would not install.
 * So dependencies of the set come whole before what depends on them, and of each project the files from the narrowest to
 * the broadest, the sdist last.
 */
import type { Breadth, PublishFile } from './publish-file.ts';

/** Files that may be sent side by side, after all ranks before. */
export interface Rank {
  /** For people. */
  readonly label: string;
  readonly files: readonly PublishFile[];
}

const BREADTHS: readonly (readonly [Breadth, string])[] = [
  ['one-python', 'wheels for one Python'],
  ['one-platform', 'wheels for one platform'],
  ['everywhere', 'wheels for everywhere'],
  ['source', 'sdist'],
];

/** The files in ranks; within one the largest first, since it is the likeliest to be refused. */
export function rankFiles(files: readonly PublishFile[]): readonly Rank[] {
  const levels = dependencyLevels(files);
  const highest = Math.max(-1, ...levels.values());
  const isSet = highest > 0;
  return Array.from({ length: highest + 1 }, (_, level) => level).flatMap((level) =>
    BREADTHS.map(([breadth, label]) => {
      const ranked = files.filter(
        (file) => file.breadth === breadth && levels.get(file.project) === level,
      );
      const projects = [...new Set(ranked.map(({ project }) => project))].sort();
      return {
        label: isSet ? `${projects.join(', ')}: ${label}` : label,
        files: ranked.toSorted(
          (left, right) => right.size - left.size || (left.filename < right.filename ? -1 : 1),
        ),
      };
    }).filter((rank) => rank.files.length > 0),
  );
}

/**
 * How many steps of dependencies inside the set are below each project. Projects that need each other share a level: one
 * of them must be first, and none is more right.
 */
export function dependencyLevels(files: readonly PublishFile[]): ReadonlyMap<string, number> {
  const projects = new Set(files.map(({ project }) => project));
  const requires = new Map<string, Set<string>>();
  for (const { project, requires: names } of files) {
    const known = requires.get(project) ?? new Set<string>();
    for (const name of names) if (name !== project && projects.has(name)) known.add(name);
    requires.set(project, known);
  }
  const reaches = closure(requires);
  const levels = new Map<string, number>();
  const levelOf = (project: string): number => {
    const known = levels.get(project);
    if (known !== undefined) return known;
    const circle = [...projects].filter(
      (other) =>
        other === project ||
        (reaches.get(project)?.has(other) === true && reaches.get(other)?.has(project) === true),
    );
    const below = circle
      .flatMap((member) => [...(requires.get(member) ?? [])])
      .filter((name) => !circle.includes(name));
    const level = 1 + Math.max(-1, ...below.map(levelOf));
    for (const member of circle) levels.set(member, level);
    return level;
  };
  for (const project of projects) levelOf(project);
  return levels;
}

/** For each project everything that it needs, directly or not. */
function closure(
  requires: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    [...requires.keys()].map((start) => {
      const seen = new Set<string>();
      const waiting = [...(requires.get(start) ?? [])];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        waiting.push(...(requires.get(next) ?? []));
      }
      return [start, seen];
    }),
  );
}
