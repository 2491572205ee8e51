/** Dependencies by analysis, with interpreters that read imports for as long as packages are made. */
import { parseRequirement } from '../../packaging/index.ts';
import { withImportScanner, type ImportScanner } from '../dependencies/imports/scanner.ts';
import { analyseDependencies, type DependencyFeed } from '../dependencies/index.ts';
import type { PackageDependency } from '../package/index.ts';
import type { DependencySubject, FindDependencies } from './model.ts';

export interface AnalysisOptions {
  /** Path of the interpreter that reads the imports. */
  readonly python: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How many packages are read at once. */
  readonly jobs: number;
  readonly feed?: DependencyFeed;
  readonly signal?: AbortSignal;
}

/**
 * Gives `work` a way to find dependencies, and ends its interpreters afterwards.
 * @throws WheelworksError `openwrt/no-reader`, `process/cancelled`; and whatever `work` throws.
 */
export async function withAnalysis<Result>(
  { jobs, python, env, signal, feed }: AnalysisOptions,
  work: (find: FindDependencies) => Promise<Result>,
): Promise<Result> {
  const options = { python, env, ...(signal === undefined ? {} : { signal }) };
  const open = async (scanners: readonly ImportScanner[]): Promise<Result> =>
    scanners.length < jobs
      ? withImportScanner(options, async (scanner) => open([...scanners, scanner]))
      : work(findWith(scanners, feed));
  return open([]);
}

/** An interpreter is asked about one package after the other. */
function findWith(
  scanners: readonly ImportScanner[],
  feed: DependencyFeed | undefined,
): FindDependencies {
  const turns = scanners.map((scanner) => ({ scanner, waiting: 0, last: Promise.resolve() }));
  return async (subject) => {
    const [turn] = turns.toSorted((one, other) => one.waiting - other.waiting);
    if (turn === undefined) throw new Error('there is no interpreter that reads imports');
    turn.waiting += 1;
    const found = turn.last.then(async () => analysed(subject, turn.scanner, feed));
    turn.last = settled(found);
    try {
      return await found;
    } finally {
      turn.waiting -= 1;
    }
  };
}

/** When it is over, however it ended. */
async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}

async function analysed(
  { tree, project, requires, extras, libraries, removed, release, machine }: DependencySubject,
  reader: ImportScanner,
  feed: DependencyFeed | undefined,
): ReturnType<FindDependencies> {
  const report = await analyseDependencies(tree, {
    release,
    requires: requires.map(parseRequirement),
    extras,
    project,
    reader,
    removed,
    ...(machine === undefined ? {} : { machine }),
    ...(feed === undefined ? {} : { feed }),
  });
  const known = new Map<string, PackageDependency>(libraries.map((name) => [name, { name }]));
  for (const { name, constraint } of report.dependencies)
    known.set(name, constraint === undefined ? { name } : { name, constraint });
  const depends = [...known.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  // What an extra brings, --extra asks for.
  const optional = report.suggestions.flatMap(({ name, of }) => (of === 'extra' ? [] : [name]));
  return { depends, findings: report.findings, optional, bringAll: report.bringAll };
}
