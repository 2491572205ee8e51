/** Dependencies by analysis, with interpreters that read imports for as long as packages are made. */
import { parseRequirement } from '../../packaging/index.ts';
import {
  startImportScanner,
  type ImportScanner,
  type ScannerOptions,
  type StartedScanner,
} from '../dependencies/imports/scanner.ts';
import type { Finding } from '../../support/finding.ts';
import {
  analyseDependencies,
  type DependencyFeed,
  type Suggestion,
} from '../dependencies/index.ts';
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
 * Gives `work` a way to find dependencies, and ends its interpreters afterwards. The first starts at once, beside whatever
 * work comes before it is asked; further ones when packages wait.
 * @throws WheelworksError what `work` throws; whoever asks gets `openwrt/no-reader`, `process/cancelled`.
 */
export async function withAnalysis<Result>(
  { jobs, python, env, signal, feed }: AnalysisOptions,
  work: (find: FindDependencies) => Promise<Result>,
): Promise<Result> {
  const options = { python, env, ...(signal === undefined ? {} : { signal }) };
  const readers = Array.from({ length: Math.max(1, jobs) }, () => new Reader(options));
  void readers[0]?.start();
  try {
    return await work(async (subject) => {
      const [reader] = readers.toSorted((one, other) => one.waiting - other.waiting);
      if (reader === undefined) throw new Error('there is no interpreter that reads imports');
      return reader.take((scanner) => analysed(subject, scanner, feed));
    });
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

/** An interpreter, which is asked about one package after the other. */
class Reader {
  /** Packages that wait for it, or are at work with it. */
  waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #started: Promise<StartedScanner> | undefined;
  readonly #options: ScannerOptions;

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  start(): Promise<StartedScanner> {
    this.#started ??= startImportScanner(this.#options);
    // Whoever asks is told.
    this.#started.catch(() => {});
    return this.#started;
  }

  async take<Result>(work: (scanner: ImportScanner) => Promise<Result>): Promise<Result> {
    this.waiting += 1;
    const mine = this.#last.then(async () => work(await this.start()));
    this.#last = settled(mine);
    try {
      return await mine;
    } finally {
      this.waiting -= 1;
    }
  }

  async close(): Promise<void> {
    const [outcome] = await Promise.allSettled([this.#started]);
    if (outcome.status === 'fulfilled') await outcome.value?.close();
  }
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
  const of = (whose: Suggestion['of']): string[] =>
    report.suggestions.filter((each) => each.of === whose).map(({ name }) => name);
  const findings = [...report.findings, ...triedByLibrary(of('standard-library'))];
  return { depends, findings, optional: of('package'), bringAll: report.bringAll };
}

/** What the standard library tries and does without, nearly every package leads to; nobody has chosen it. */
function triedByLibrary(names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'openwrt/tried-by-library',
      severity: 'info',
      effect: 'advice',
      message: `The standard library uses these when they are there: ${names.join(' ')}.`,
      hint: 'wheelworks openwrt why shows through what; --with PACKAGE adds one.',
    },
  ];
}
