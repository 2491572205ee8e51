/** From an input to packages in memory: installed, reduced, checked, compiled, recorded, described. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { FileTree } from '../../archive/tree/index.ts';
import { WheelworksError, fileError, withPath } from '../../support/errors.ts';
import { compileTree, type CompiledTree, type CompileFailure } from '../bytecode/index.ts';
import { applyFilespec, takesNothing, type IgnoredLine } from '../filespec/index.ts';
import { extrasOf } from '../dependencies/index.ts';
import { installDirectory, installWheel, recordTree, type Installation } from '../install/index.ts';
import { deriveLicense } from '../licenses.ts';
import { checkNative, fittingTag, type NativeTarget } from '../native/index.ts';
import { packageBytes, type BinaryPackage, type PackageDependency } from '../package/index.ts';
import { sizeAdvice } from './advice.ts';
import { describePackage, describeTwin } from './describe.ts';
import { filespecFindings, removedModules } from './filespec-findings.ts';
import { packFindings } from './findings.ts';
import { licenseTexts } from './license-texts.ts';
import type { PackOptions, PackPlan, PlannedPackage } from './model.ts';
import { layoutSizes, partsOf, twinSizes } from './sizes.ts';

/**
 * Everything that packing comes to. The same input, options and interpreter give the same bytes.
 * @param path of a wheel, or a folder: an unpacked wheel, or a root that was installed into
 * @throws WheelworksError `openwrt/syntax-error` for modules that the target's Python does not read, all at once; and as
 *   `installWheel`, `installDirectory`, `applyFilespec`, `checkNative`, `compileTree` and `packageBytes`; what `signal` was
 *   aborted with.
 */
export async function planPack(path: string, options: PackOptions): Promise<PackPlan> {
  const { release, filespec, compiler, signal } = options;
  signal?.throwIfAborted();
  const whole = await install(path, options);
  const { tree: chosen, ignored } = reduce(whole, options);
  const installation = { ...whole, tree: chosen };
  signal?.throwIfAborted();
  const native = await checkNative(installation, options, { ...options, path });
  signal?.throwIfAborted();
  const compiled =
    compiler === undefined
      ? undefined
      : await compileTree(native.tree, {
          compiler,
          minor: release.python.minor,
          keepSources: options.layout === 'both',
        });
  if (compiled !== undefined) requireSound(compiled.failures, path, filespec !== undefined);
  const tree = options.layout === 'source' ? withoutCaches(native.tree) : compiledTree(compiled);
  await recordTree(tree, whole.distInfo);
  const found = await options.dependencies({
    tree: native.tree,
    project: whole.name,
    requires: whole.metadata.requiresDist,
    extras: options.extras,
    removed: filespec === undefined ? [] : await removedModules(whole.tree, chosen),
    libraries: native.depends,
    release,
    ...(native.architecture === undefined ? {} : { machine: native.architecture.machine }),
  });
  signal?.throwIfAborted();
  const depends = [...found.depends, ...wantedBeside(found.depends, options.with)];
  const description = describePackage(whole, {
    architecture: native.architecture?.name ?? 'all',
    packageRelease: options.packageRelease,
    depends,
    licenses: deriveLicense(whole.metadata, await licenseTexts(whole)).licenses,
    ...(options.maintainer === undefined ? {} : { maintainer: options.maintainer }),
  });
  const packages: BinaryPackage[] = [{ description, tree }];
  if (options.layout === 'bytecode' && compiled !== undefined && compiled.sources.size > 0)
    packages.push({ description: describeTwin(description), tree: compiled.sources });
  const made = await Promise.all(packages.map((each) => planned(each, options))).catch(
    (error: unknown) => {
      throw withPath(error, path);
    },
  );
  signal?.throwIfAborted();
  return {
    path,
    name: whole.name,
    version: whole.version,
    packages: made,
    extras: extrasOf(whole.metadata),
    sizes: await sizesOf(compiled, options, made),
    advice: await sizeAdvice(tree),
    optional: (found.optional ?? []).filter((name) => !depends.some((each) => each.name === name)),
    bringAll: found.bringAll ?? [],
    kept: compiled?.kept ?? [],
    readers: compiled?.readers ?? [],
    ignored,
    renamed: native.renamed,
    findings: [
      ...native.findings,
      ...found.findings,
      ...(filespec === undefined ? [] : filespecFindings(filespec, tree, whole.distInfo)),
      ...packFindings(whole, tree, compiled),
    ],
  };
}

function wantedBeside(
  depends: readonly PackageDependency[],
  names: readonly string[] = [],
): PackageDependency[] {
  const known = new Set(depends.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !known.has(name)).map((name) => ({ name }));
}

async function install(path: string, target: NativeTarget): Promise<Installation> {
  const { python } = target.release;
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  return found.isDirectory()
    ? installDirectory(path, python)
    : installWheel(path, python, (tags) => {
        // A wheel for another machine may have gigabytes.
        fittingTag(tags.tags, target, path);
      });
}

function reduce(
  { tree }: Installation,
  { filespec }: PackOptions,
): { tree: FileTree; ignored: readonly IgnoredLine[] } {
  if (filespec === undefined) return { tree, ignored: [] };
  const chosen = new FileTree();
  const { ignored } = applyFilespec(filespec, tree, chosen);
  if (chosen.entries().every(([, { kind }]) => kind === 'directory'))
    throw takesNothing(filespec.path);
  return { tree: chosen, ignored };
}

const MOST_SHOWN = 20;

function requireSound(
  failures: readonly CompileFailure[],
  path: string,
  hasFilespec: boolean,
): void {
  if (failures.length === 0) return;
  const shown = failures
    .slice(0, MOST_SHOWN)
    .map(({ path: file, line, message }) => `/${file}${line === 0 ? '' : `:${line}`}: ${message}`);
  const more = failures.length - shown.length;
  const cures = failures.slice(0, MOST_SHOWN).map(({ cure }) => cure);
  throw new WheelworksError(
    'openwrt/syntax-error',
    `${failures.length === 1 ? 'A file is' : `${failures.length} files are`} no Python of the target's version.`,
    {
      path,
      evidence: [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
      hint: `Leave ${failures.length === 1 ? 'it' : 'them'} out with ${hasFilespec ? 'lines of the filespec' : 'a filespec'}:\n${[...(hasFilespec ? [] : ['+|/']), ...cures].join('\n')}`,
    },
  );
}

function compiledTree(compiled: CompiledTree | undefined): FileTree {
  if (compiled === undefined) throw new Error('bytecode was asked for without a compiler');
  return compiled.tree;
}

/** Bytecode that came along is of whatever Python made it. */
function withoutCaches(tree: FileTree): FileTree {
  return FileTree.from(
    tree.entries().filter(([path]) => !/(?:^|\/)__pycache__(?:\/|$)/.test(path)),
  );
}

async function sizesOf(
  compiled: CompiledTree | undefined,
  { layout }: PackOptions,
  made: readonly PlannedPackage[],
): Promise<PackPlan['sizes']> {
  if (compiled === undefined) return undefined;
  if (layout === 'bytecode') {
    const [main = 0, twin = 0] = made.map(({ bytes }) => bytes.length);
    return twinSizes(partsOf(compiled.tree, compiled.sources), [main, twin]);
  }
  if (layout !== 'both') return layoutSizes(partsOf(compiled.tree, compiled.sources));
  const isSource = (path: string): boolean => path.endsWith('.py');
  const files = compiled.tree.entries();
  const sources = FileTree.from(files.filter(([path]) => isSource(path)));
  const rest = FileTree.from(files.filter(([path]) => !isSource(path)));
  return layoutSizes(partsOf(rest, sources));
}

async function planned(
  each: BinaryPackage,
  { release, mtime, key }: PackOptions,
): Promise<PlannedPackage> {
  const { filename, bytes, installedSize } = await packageBytes(each, {
    manager: release.manager,
    ...(mtime === undefined ? {} : { mtime }),
    ...(key === undefined || release.manager !== 'apk' ? {} : { key }),
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { package: each, filename, bytes, installedSize, sha256 };
}
