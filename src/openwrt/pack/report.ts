/** A plan as the JSON document tells it; docs/json.md. */
import type { Finding } from '../../support/finding.ts';
import type { FileTree, TreeEntry } from '../../archive/tree/index.ts';
import { formatDependency, spellDependency } from '../versions/index.ts';
import type { PackPlan, PackSize, PackLayout, PlannedPackage, SizeAdvice } from './model.ts';

/** A file or link of a package. */
interface PackedFile {
  /** On the device, with the leading slash that filespecs have. */
  readonly path: string;
  /** In bytes; 0 of a link. */
  readonly size: number;
  /** `0644`. */
  readonly mode: string;
  /** Of a link. */
  readonly target?: string;
}

export interface PackReport {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly packages: readonly {
    readonly name: string;
    readonly filename: string;
    /** Absent of a plan. */
    readonly path?: string;
    readonly architecture: string;
    /** As the control field spells them, without libc. */
    readonly depends: readonly string[];
    readonly license: string;
    readonly files: readonly PackedFile[];
    readonly size: number;
    /** Bytes of the files on the device. */
    readonly installed: number;
    /** As the package says it. */
    readonly installedSize: number;
    readonly sha256: string;
  }[];
  readonly sizes: Readonly<Record<PackLayout, PackSize>> | null;
  readonly advice: readonly SizeAdvice[];
  readonly optional: readonly string[];
  readonly bringAll: readonly string[];
  readonly keptSources: PackPlan['kept'];
  readonly sourceReaders: PackPlan['readers'];
  readonly ignoredLines: PackPlan['ignored'];
  readonly renamed: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** @param paths where the packages were written, in their order; none for a plan */
export function packReport(plan: PackPlan, paths: readonly string[] = []): PackReport {
  return {
    path: plan.path,
    name: plan.name,
    version: plan.version,
    packages: plan.packages.map((each, index) => ({
      name: each.package.description.name,
      filename: each.filename,
      ...(paths[index] === undefined ? {} : { path: paths[index] }),
      architecture: each.package.description.architecture,
      depends: spelledDepends(each),
      license: each.package.description.license,
      files: packedFiles(each.package.tree),
      size: each.bytes.length,
      installed: installedBytes(each.package.tree),
      installedSize: each.installedSize,
      sha256: each.sha256,
    })),
    sizes: plan.sizes ?? null,
    advice: plan.advice,
    optional: plan.optional,
    bringAll: plan.bringAll,
    keptSources: plan.kept,
    sourceReaders: plan.readers,
    ignoredLines: plan.ignored,
    renamed: Object.fromEntries(plan.renamed),
    findings: plan.findings,
  };
}

/** What a package depends on as its manager has it, without libc: `python3-idna (>= 2.5)`, `python3-idna>=2.5`. */
function spelledDepends({ package: pkg, filename }: PlannedPackage): string[] {
  const manager = filename.endsWith('.apk') ? 'apk' : 'opkg';
  const spelled = pkg.description.depends
    .flatMap((each) => spellDependency(each, manager))
    .map((each) => formatDependency(each, manager));
  return [...new Set(spelled)];
}

/** What a package puts on the device, whatever its format says of that. */
function installedBytes(tree: FileTree): number {
  return tree.files().reduce((total, [, { size }]) => total + size, 0);
}

/** Files and links by path, as the lines of a filespec name them. */
function packedFiles(tree: FileTree): PackedFile[] {
  return tree.entries().flatMap(([path, entry]) => packedFile(`/${path}`, entry));
}

function packedFile(path: string, entry: TreeEntry): PackedFile[] {
  if (entry.kind === 'directory') return [];
  if (entry.kind === 'symlink') return [{ path, size: 0, mode: '0777', target: entry.target }];
  return [{ path, size: entry.size, mode: entry.mode.toString(8).padStart(4, '0') }];
}
