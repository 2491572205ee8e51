/** Makes the packages of an interpreter: read, split, compiled, and as bytes that only need to be written. */
import { join } from 'node:path';
import { FileTree } from '../../archive/tree/index.ts';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { WheelworksError } from '../../support/errors.ts';
import { defaultJobs } from '../../support/parallel.ts';
import { withCompiler } from '../bytecode/index.ts';
import type { ElfFile } from '../../binary/elf/index.ts';
import type { RecipeDefinition } from '../definition/index.ts';
import { elfFilesOf, machineMisfit } from '../native/index.ts';
import { packageBytes, type PackageBytes } from '../package/index.ts';
import type { ApkSigningKey } from '../signing/index.ts';
import type { OpenWrtArchitecture, OpenWrtRelease } from '../targets/index.ts';
import { splitOfRecipe } from './definition-file.ts';
import { splitDefinition, type SplitDefinition } from './definition.ts';
import { readImportGraph } from './import-graph.ts';
import type { LibraryOwners } from './library-owners.ts';
import { magicNumberOf } from './magic-number.ts';
import { measureStartUp, type StartUpMeasure } from './measure.ts';
import { ownPython, type RunnablePython } from './own-python.ts';
import { makePackages, type InterpreterPackage } from './packages.ts';
import { readInterpreter, type InstalledInterpreter } from './read-interpreter.ts';
import { splitInterpreter, type InterpreterSplit } from './split.ts';

export interface InterpreterPlanOptions {
  readonly release: OpenWrtRelease;
  readonly architecture: OpenWrtArchitecture;
  /** Which Python of the folder, where there are several: `3.13`. */
  readonly minor?: string;
  /** In the place of the feed's lists. */
  readonly definition?: { readonly recipe: RecipeDefinition; readonly path: string };
  /** Which packages have libraries, besides what is known. */
  readonly libraries?: LibraryOwners;
  /** Leave the lists as they are, and only tell what is open. */
  readonly asListed?: boolean;
  /** Sources in the packages, no bytecode and no twins. */
  readonly keepSources?: boolean;
  /** Finds the interpreter that compiles where the tree's own cannot run here. */
  readonly findPython: (version: string, minor: string) => Promise<string>;
  /** An interpreter that the user chose. */
  readonly python?: RunnablePython;
  readonly packageRelease?: number;
  readonly maintainer?: string;
  /** Seconds since 1970. */
  readonly mtime?: number;
  readonly key?: ApkSigningKey;
  /** Measure how long the interpreter takes to start. */
  readonly measure?: boolean;
  readonly jobs?: number;
  /** Is told what is done next, in words: it takes half a minute and more. */
  readonly onStep?: (step: string) => void;
}

export interface PlannedPackage extends InterpreterPackage {
  readonly file: PackageBytes;
  readonly sourceFile: PackageBytes | undefined;
}

export interface InterpreterPlan {
  readonly split: InterpreterSplit;
  readonly release: OpenWrtRelease;
  readonly architecture: OpenWrtArchitecture;
  /** The interpreter that compiled. */
  readonly python: string;
  readonly packages: readonly PlannedPackage[];
  /** Undefined when it was not asked for, or this machine cannot run the interpreter. */
  readonly startUp: StartUpMeasure | undefined;
}

/**
 * Plans the packages of the CPython in a folder; nothing is written.
 * @throws WheelworksError as `readInterpreter`, `splitDefinition`, `splitOfRecipe`, `withCompiler`, `makePackages`,
 *   `packageBytes`; `openwrt/no-split`, `openwrt/wrong-machine`.
 */
export async function planInterpreter(
  directory: string,
  options: InterpreterPlanOptions,
): Promise<InterpreterPlan> {
  const {
    release,
    architecture,
    asListed = false,
    keepSources = false,
    onStep = () => {},
  } = options;
  onStep('read the tree');
  const interpreter = await readInterpreter(directory, { minor: options.minor });
  requireMachine([{ path: interpreter.program, elf: interpreter.elf }], architecture);
  const definition = definitionFor(interpreter, options);
  const { version, minor } = interpreter;
  const python = options.python ??
    (await ownPython(interpreter)) ?? { path: await options.findPython(version, minor), env: {} };
  onStep('read the imports');
  const graph = await readImportGraph(interpreter, definition, {
    python: python.path,
    env: python.env,
  });
  onStep('split and strip');
  const split = await splitInterpreter(interpreter, definition, {
    graph,
    asListed,
    ...(options.libraries === undefined ? {} : { libraries: options.libraries }),
  });
  for (const { tree } of split.parts) requireMachine(await elfFilesOf(tree), architecture);
  const compiling = { ...options, python: python.path, env: python.env, keepSources };
  const made = await compile(split, compiling);
  const packages: PlannedPackage[] = [];
  for (const each of made) {
    onStep(`compress ${each.part.name}`);
    packages.push({
      ...each,
      file: await packageBytes(each.package, writing(options)),
      sourceFile: each.sources && (await packageBytes(each.sources, writing(options))),
    });
  }
  return {
    split,
    release,
    architecture,
    python: python.path,
    packages,
    startUp: options.measure === true ? await measure(split, made) : undefined,
  };
}

/**
 * Writes the packages of a plan, all ready.
 * @returns their paths
 * @throws WheelworksError `file/*`.
 */
export async function writeInterpreterPackages(
  { packages }: InterpreterPlan,
  directory: string,
): Promise<string[]> {
  const paths: string[] = [];
  for (const { file, sourceFile } of packages)
    for (const each of sourceFile === undefined ? [file] : [file, sourceFile]) {
      const path = join(directory, each.filename);
      await writeFileAtomic(path, (handle) => handle.writeFile(each.bytes));
      paths.push(path);
    }
  return paths;
}

/** @param files path and header of each */
function requireMachine(
  files: Iterable<{ readonly path: string; readonly elf: ElfFile }>,
  architecture: OpenWrtArchitecture,
): void {
  for (const { path, elf } of files) {
    const evidence = machineMisfit(elf, architecture);
    if (evidence === undefined) continue;
    throw new WheelworksError(
      'openwrt/wrong-machine',
      `${path} does not run on ${architecture.name}.`,
      {
        path,
        evidence,
        hint: 'Name the architecture that this CPython was built for with --arch, or build one for it: a CPython of this machine runs on no other processor.',
      },
    );
  }
}

function definitionFor(
  { series, minor }: InstalledInterpreter,
  { release, definition }: InterpreterPlanOptions,
): SplitDefinition {
  if (definition !== undefined)
    return splitOfRecipe(definition.recipe, { series, minor, path: definition.path });
  const listed = splitDefinition(release.name, { series });
  if (listed.minor === minor) return listed;
  throw new WheelworksError(
    'openwrt/no-split',
    `OpenWrt ${release.name} has lists for Python ${listed.minor}, and this is ${minor}.`,
    {
      evidence: listed.source,
      hint: 'Name the release that has this Python, or give the lists with --definition; --print-definition writes those of a release to begin with.',
    },
  );
}

interface Compiling extends InterpreterPlanOptions {
  readonly env: RunnablePython['env'];
}

async function compile(
  split: InterpreterSplit,
  options: Omit<Compiling, 'python'> & { readonly python: string },
): Promise<InterpreterPackage[]> {
  const { python, env, jobs = defaultJobs(), architecture, keepSources = false } = options;
  const magic = magicNumberOf(split.interpreter.minor);
  return withCompiler({ python, magic, jobs, env }, async (compiler) =>
    makePackages(split, {
      compiler,
      architecture: architecture.name,
      keepSources,
      ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
      ...(options.packageRelease === undefined ? {} : { release: options.packageRelease }),
      ...(options.maintainer === undefined ? {} : { maintainer: options.maintainer }),
    }),
  );
}

function writing({ release, mtime, key }: InterpreterPlanOptions) {
  return {
    manager: release.manager,
    ...(mtime === undefined ? {} : { mtime }),
    ...(key === undefined ? {} : { key }),
  };
}

async function measure(
  { parts, interpreter }: InterpreterSplit,
  made: readonly InterpreterPackage[],
): Promise<StartUpMeasure | undefined> {
  const bytecode = union(made.map((each) => each.package.tree));
  const source = union(parts.map(({ tree }) => tree));
  return measureStartUp(bytecode, source, { program: interpreter.program });
}

function union(trees: readonly FileTree[]): FileTree {
  return FileTree.from(trees.flatMap((tree) => tree.entries()));
}
