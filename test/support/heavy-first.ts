import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import weights from './heavy-files.json' with { type: 'json' };

const known = new Map<string, number>(Object.entries(weights));

/**
 * Starts the test files that take longest first, so that no core waits at the end for a single long one. Vitest
 * remembers how long each took, but a fresh clone has nothing to remember: `heavy-files.json` tells it, in seconds.
 */
export default class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const ordered = heaviestFirst(await super.sort(files), ({ moduleId }) =>
      relative(root, moduleId).split(sep).join('/'),
    );
    // A process that files share ends when one comes between them that has a process of its own.
    const shares = ({ project }: TestSpecification): boolean => !project.config.isolate;
    return [...ordered.filter((file) => !shares(file)), ...ordered.filter(shares)];
  }
}

/** Files in the order of their known seconds; those that are not known stay in theirs, behind the others. */
export function heaviestFirst<T>(files: readonly T[], pathOf: (file: T) => string): T[] {
  const seconds = (file: T): number => known.get(pathOf(file)) ?? 0;
  return files.toSorted((a, b) => seconds(b) - seconds(a));
}
