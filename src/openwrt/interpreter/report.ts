import type { Finding } from '../../support/finding.ts';
import { splitFindings } from './findings.ts';
import type { AddedDependency, ModuleMove, OpenImport } from './close-state.ts';
import type { StartUpMeasure } from './measure.ts';
import type { InterpreterPlan, PlannedPackage } from './plan.ts';

/** Bytes: of all files together, and of the package file. */
export interface SplitSize {
  readonly installed: number;
  readonly compressed: number;
}

export interface ReportedPackage extends SplitSize {
  readonly name: string;
  readonly architecture: string;
  readonly filename: string;
  readonly depends: readonly string[];
  readonly inMeta: boolean;
  readonly files: number;
  readonly sources: (SplitSize & { readonly name: string; readonly filename: string }) | null;
}

/** `wheelworks.openwrt.split-interpreter/1`, without the schema; docs/json.md has each field. */
export interface SplitReport {
  readonly python: string;
  readonly series: string;
  readonly machine: string;
  readonly target: string;
  readonly architecture: string;
  readonly definition: string;
  readonly compiler: string;
  readonly packages: readonly ReportedPackage[];
  readonly totals: {
    /** The base package with the library that it needs. */
    readonly base: SplitSize;
    /** What the meta package brings. */
    readonly meta: SplitSize;
  };
  readonly moves: readonly ModuleMove[];
  readonly added: readonly AddedDependency[];
  readonly open: readonly OpenImport[];
  /** Paths of the tree that are in no package. */
  readonly unused: readonly string[];
  readonly startUp: StartUpMeasure | null;
  readonly findings: readonly Finding[];
}

/** A plan as facts. */
export function splitReport({
  split,
  release,
  architecture,
  ...plan
}: InterpreterPlan): SplitReport {
  const { interpreter, definition, moves, added, open, unused } = split;
  const packages = plan.packages.map(reportPackage);
  return {
    python: interpreter.version,
    series: interpreter.series,
    machine: interpreter.machine,
    target: release.name,
    architecture: architecture.name,
    definition: definition.source,
    compiler: plan.python,
    packages,
    totals: {
      base: totalOf(packages, definition.light.name.replace(/-light$/, '-base')),
      meta: totalOf(packages, definition.meta),
    },
    moves,
    added,
    open,
    unused,
    startUp: plan.startUp ?? null,
    findings: splitFindings(split),
  };
}

function reportPackage({
  part,
  package: main,
  file,
  sources,
  sourceFile,
}: PlannedPackage): ReportedPackage {
  return {
    name: part.name,
    architecture: main.description.architecture,
    filename: file.filename,
    depends: part.depends,
    inMeta: part.inMeta,
    files: main.tree.files().length,
    installed: bytesOf(main.tree),
    compressed: file.bytes.length,
    sources:
      sources === undefined || sourceFile === undefined
        ? null
        : {
            name: sources.description.name,
            filename: sourceFile.filename,
            installed: bytesOf(sources.tree),
            compressed: sourceFile.bytes.length,
          },
  };
}

function bytesOf(tree: PlannedPackage['package']['tree']): number {
  return tree.files().reduce((sum, [, { size }]) => sum + size, 0);
}

/** Of a package with all that it brings. */
function totalOf(packages: readonly ReportedPackage[], name: string): SplitSize {
  const brought = new Set<string>();
  const queue = [name];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (brought.has(next)) continue;
    brought.add(next);
    queue.push(...(packages.find((each) => each.name === next)?.depends ?? []));
  }
  const mine = packages.filter((each) => brought.has(each.name));
  return {
    installed: mine.reduce((sum, each) => sum + each.installed, 0),
    compressed: mine.reduce((sum, each) => sum + each.compressed, 0),
  };
}
