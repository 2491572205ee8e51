/** A plan as the JSON document tells it; docs/json.md. */
import type { Finding } from '../../support/finding.ts';
import type { FileTree, TreeEntry } from '../../archive/tree/index.ts';
import { formatDependency, spellDependency } from '../versions/index.ts';
import type { PackPlan, PackSize, PackLayout, PlannedPackage, SizeAdvice } from './model.ts';
import type { ReplacedFiles } from './write.ts';

/** A file or link of a package, or a folder that not everybody may read and enter as usual. */
interface PackedFile {
  /** On the device, with the leading slash that filespecs have; of a folder with one at the end. */
  readonly path: string;
  /** In bytes; 0 of a link or folder. */
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
    /** SHA-256 of the file of other contents whose place it takes. */
    readonly replaces?: string;
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
export function packReport(
  plan: PackPlan,
  {
    paths = [],
    replaced = new Map(),
  }: { readonly paths?: readonly string[]; readonly replaced?: ReplacedFiles } = {},
): PackReport {
  return {
    path: plan.path,
    name: plan.name,
    version: plan.version,
    packages: plan.packages.map((each, index) => ({
      name: each.package.description.name,
      filename: each.filename,
      ...(paths[index] === undefined ? {} : { path: paths[index] }),
      ...replacement(each, replaced),
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

function replacement(
  { filename }: PlannedPackage,
  replaced: ReplacedFiles,
): { readonly replaces?: string } {
  const replaces = replaced.get(filename);
  return replaces === undefined ? {} : { replaces };
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

/** Files, links, and folders of an unusual mode by path, as the lines of a filespec name them. */
function packedFiles(tree: FileTree): PackedFile[] {
  return tree.entries().flatMap(([path, entry]) => packedFile(`/${path}`, entry));
}

function packedFile(path: string, entry: TreeEntry): PackedFile[] {
  if (entry.kind === 'symlink') return [{ path, size: 0, mode: '0777', target: entry.target }];
  const mode = entry.mode.toString(8).padStart(4, '0');
  if (entry.kind === 'file') return [{ path, size: entry.size, mode }];
  return entry.mode === USUAL_FOLDER ? [] : [{ path: `${path}/`, size: 0, mode }];
}

/** Folders that nobody gave another mode. */
const USUAL_FOLDER = 0o755;
