/** The packages of a split, with bytecode in the place of sources, ready to be written. */
import type { FileTree } from '../../archive/tree/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { compileTree, type Compiler, type CompileFailure } from '../bytecode/index.ts';
import type { BinaryPackage, PackageDescription } from '../package/index.ts';
import { requireApart } from './apart.ts';
import titles from './data/titles.json' with { type: 'json' };
import type { SplitPart } from './parts.ts';
import type { InterpreterSplit } from './split.ts';

export interface InterpreterPackage {
  readonly part: SplitPart;
  readonly package: BinaryPackage;
  /** Its twin with the sources, where it has any that are not in the package itself. */
  readonly sources: BinaryPackage | undefined;
}

export interface MakePackagesOptions {
  readonly compiler: Compiler;
  /** Of OpenWrt: `aarch64_cortex-a53`; packages without machine code are for all. */
  readonly architecture: string;
  /** The `1` of `-r1`. Default 1. */
  readonly release?: number;
  /** Packages carry their sources, and no bytecode. Default false. */
  readonly keepSources?: boolean;
  readonly maintainer?: string;
  /** Is told what is done next, in words. */
  readonly onStep?: (step: string) => void;
}

/**
 * Compiles the parts of a split, in their order.
 * @throws WheelworksError `openwrt/syntax-error` with all files that are no Python; `openwrt/interpreter-ended`,
 *   `openwrt/path-in-two-packages`, `file/*`.
 */
export async function makePackages(
  split: InterpreterSplit,
  options: MakePackagesOptions,
): Promise<InterpreterPackage[]> {
  const { compiler, keepSources = false, onStep = () => {} } = options;
  const { minor } = split.interpreter;
  const failures: CompileFailure[] = [];
  const made: InterpreterPackage[] = [];
  for (const part of split.parts) {
    onStep(`compile ${part.name}`);
    const { tree, sources, ...compiled } = await compileTree(part.tree, {
      compiler,
      minor,
      keepSources,
      // The standard library names its files only to say where they would be.
      keepUsed: false,
    });
    failures.push(...compiled.failures);
    made.push({
      part,
      package: { description: describe(part, split, options), tree },
      sources: sources.size === 0 ? undefined : sourceTwin(part, { split, options, sources }),
    });
  }
  if (failures.length > 0) throw uncompilable(split, failures);
  requireApart(made.flatMap((each) => [each.package, ...(each.sources ? [each.sources] : [])]));
  return made;
}

interface PartContext {
  readonly split: InterpreterSplit;
  readonly options: MakePackagesOptions;
}

function describe(
  part: SplitPart,
  { definition, interpreter }: InterpreterSplit,
  { architecture, release = 1, maintainer }: MakePackagesOptions,
): PackageDescription {
  const { minor, version } = interpreter;
  return {
    name: part.name,
    version: { upstream: version, release },
    architecture: part.isPure ? 'all' : architecture,
    title: `Python ${minor}: ${titleOf(part.key, definition.meta)}`,
    description: '',
    license: definition.license,
    section: 'lang',
    url: 'https://www.python.org/',
    source: definition.meta,
    depends: part.depends.map((name) => ({ name })),
    provides: [],
    conflicts: [],
    conffiles: [],
    scripts: {},
    ...(maintainer === undefined ? {} : { maintainer }),
    ...(part.abiVersion === undefined ? {} : { abiVersion: part.abiVersion }),
  };
}

/** `python3-base` by `base`; what a user's definition names otherwise has its name for a title. */
function titleOf(key: string, meta: string): string {
  const words: Readonly<Record<string, string>> = titles;
  if (key === meta) return titles.meta;
  return words[key] ?? words[key.replace(`${meta}-`, '')] ?? key;
}

function sourceTwin(
  part: SplitPart,
  { split, options, sources }: PartContext & { readonly sources: FileTree },
): BinaryPackage {
  const description = describe(part, split, options);
  return {
    description: {
      ...description,
      name: `${part.key}-src`,
      architecture: 'all',
      title: `${description.title} (sources)`,
      depends: [],
    },
    tree: sources,
  };
}

function uncompilable(
  { interpreter }: InterpreterSplit,
  failures: readonly CompileFailure[],
): WheelworksError {
  return new WheelworksError(
    'openwrt/syntax-error',
    `Not all of the standard library is Python ${interpreter.minor}.`,
    {
      evidence: failures
        .map(({ path, line, message }) => `${path}:${String(line)}: ${message}`)
        .join('\n'),
      hint: 'Take these files out of the tree, or list them under remove in a definition.',
    },
  );
}
