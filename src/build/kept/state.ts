/**
 * What earlier releases of a project left in an output folder, so that a run does only what changed.
 *
 * Each project has a file of its own, so that several can be released into one folder. A file that cannot be read counts
 * as none: everything is then done again.
 */
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { normalizeName } from '../../packaging/index.ts';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { makeFolders } from '../../support/folders.ts';
import { sha256 } from '../../support/hash.ts';
import type { PackageBuild } from '../package-build.ts';

const finding = z.object({
  code: z.templateLiteral([z.string(), '/', z.string()]),
  severity: z.enum(['error', 'warning', 'info']),
  effect: z.enum(['index-rejects', 'index-warns', 'users-break', 'advice']),
  message: z.string(),
  path: z.string().exactOptional(),
  evidence: z.string().exactOptional(),
  hint: z.string().exactOptional(),
});

/** A file name and nothing more: it is joined to the output folder, and what it names may be removed. */
const wheelName = z.string().regex(/^[^/\\]+\.whl$/);

const wheelFile = z.object({ filename: wheelName, sha256: z.string(), size: z.number() });

/** The set that a wheel was cut into. */
const splitRecord = z.object({
  /** Digest of everything that the set depended on. */
  key: z.string(),
  main: wheelFile,
  /** By number. */
  parts: z.array(wheelFile.extend({ distribution: z.string() })),
  findings: z.array(finding),
});

const builtRecord = z.object({
  /** Digest of everything the build depended on. */
  key: z.string(),
  /** Digest of what it was made from. */
  sources: z.string(),
  /** The wheel as it was finished; what goes out when it was not split. */
  filename: wheelName,
  sha256: z.string(),
  size: z.number(),
  builtAs: z.string(),
  requiresPython: z.string().exactOptional(),
  findings: z.array(finding),
  notices: z.array(z.string()),
  split: splitRecord.exactOptional(),
});

const sdistRecord = z.object({
  /** Digest of everything it depended on. */
  key: z.string(),
  sources: z.string(),
  filename: z.string().regex(/^[^/\\]+\.tar\.gz$/),
  sha256: z.string(),
  size: z.number(),
  findings: z.array(finding),
  notices: z.array(z.string()),
});

const document = z.object({
  schema: z.literal('wheelworks.release-state/1'),
  /** Job id to its last successful build. */
  builds: z.record(z.string(), builtRecord),
  /** Job id to the digest of its last test, when that passed. */
  tests: z.record(z.string(), z.string()),
  /** The last sdist that was made. */
  sdist: sdistRecord.exactOptional(),
});

/** A build that succeeded. */
export type BuildRecord = Readonly<z.output<typeof builtRecord>>;

/** The set that a wheel was cut into. */
export type SplitRecord = Readonly<z.output<typeof splitRecord>>;

/** An sdist that was made. */
export type SdistRecord = Readonly<z.output<typeof sdistRecord>>;

/** The folder for what only wheelworks reads, in the output folder. */
export const STATE_FOLDER: string = '.wheelworks';

/** The state of a release while it runs; every change is on disk before the call returns. */
export interface BuildState {
  /** Builds of earlier runs by job id, as they were when this run began. */
  readonly earlier: Readonly<Record<string, BuildRecord>>;
  /** The sdist of an earlier run, as it was when this run began. */
  readonly earlierSdist?: SdistRecord;
  hasPassed(id: string, testKey: string): boolean;
  rememberBuild(id: string, record: BuildRecord): Promise<void>;
  rememberPassed(id: string, testKey: string): Promise<void>;
  /** Undefined: there is none any more. */
  rememberSdist(record: SdistRecord | undefined): Promise<void>;
  /** Forgets the builds and tests of jobs. */
  forget(jobs: {
    readonly builds: readonly string[];
    readonly tests: readonly string[];
  }): Promise<void>;
}

/** A name for the project's files that is stable between runs. */
export function stateName({ project }: PackageBuild): string {
  const { name, directory } = project;
  return name === undefined || !/\w/.test(name)
    ? `project-${sha256(directory).slice(0, 12)}`
    : normalizeName(name).replace(/[^\w.-]/g, '_');
}

/** Opens the state of a project in an output folder, or an empty one. */
export async function openState(output: string, name: string): Promise<BuildState> {
  const path = join(output, STATE_FOLDER, `${name}.json`);
  const { builds, tests, sdist: earlierSdist } = await readState(path);
  let sdist = earlierSdist;
  const passed = new Map(Object.entries(tests));
  const current = new Map(Object.entries(builds));
  let saving: Promise<void> = Promise.resolve();
  const save = async (): Promise<void> => {
    // Parallel jobs change the state at the same time; their saves must not overtake each other. One that failed, on
    // a full disk, must not fail those after it.
    saving = saving
      .catch(() => {})
      .then(async () =>
        writeState(path, {
          builds: Object.fromEntries(current),
          tests: Object.fromEntries(passed),
          ...(sdist === undefined ? {} : { sdist }),
        }),
      );
    return saving;
  };
  return {
    earlier: builds,
    ...(earlierSdist === undefined ? {} : { earlierSdist }),
    hasPassed: (id, key) => passed.get(id) === key,
    async rememberBuild(id, record) {
      current.set(id, record);
      await save();
    },
    async rememberPassed(id, key) {
      passed.set(id, key);
      await save();
    },
    async rememberSdist(record) {
      sdist = record;
      await save();
    },
    async forget(jobs) {
      for (const id of jobs.builds) current.delete(id);
      for (const id of jobs.tests) passed.delete(id);
      await save();
    },
  };
}

/** File names of the wheels, their parts and the sdists that other projects released into an output folder. */
export async function wheelsOfOthers(output: string, name: string): Promise<readonly string[]> {
  const folder = join(output, STATE_FOLDER);
  const members = await readdir(folder).catch(() => []);
  const others = members.filter((each) => each.endsWith('.json') && each !== `${name}.json`);
  const states = await Promise.all(others.map((each) => readState(join(folder, each))));
  return states.flatMap(({ builds, sdist }) => [
    ...Object.values(builds).flatMap(({ filename, split }) => [
      filename,
      ...(split?.parts ?? []).map((part) => part.filename),
    ]),
    ...(sdist === undefined ? [] : [sdist.filename]),
  ]);
}

type StateContents = Omit<z.output<typeof document>, 'schema'>;

async function readState(path: string): Promise<StateContents> {
  try {
    const parsed = document.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // A missing or damaged state only means that everything is done again.
  }
  return { builds: {}, tests: {} };
}

async function writeState(path: string, contents: StateContents): Promise<void> {
  await makeFolders(dirname(path));
  const text = `${JSON.stringify({ schema: 'wheelworks.release-state/1', ...contents }, null, 1)}\n`;
  await writeFileAtomic(path, async (handle) => handle.writeFile(text), { flush: false });
}
