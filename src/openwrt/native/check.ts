/** The checks of a distribution with native code, in the order in which a wrong one is told with the least to read. */
import { contentOf, FileTree } from '../../archive/tree/index.ts';
import { parsePlatformTag } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import type { Installation } from '../install/index.ts';
import type { OpenWrtArchitecture } from '../targets/index.ts';
import { buildPathFindings, dropBuildPaths, foldersOf, type DroppedPaths } from './build-paths.ts';
import { elfFilesOf, requireMachine, type TreeElf } from './elf-files.ts';
import { packageOfLibrary, type FeedPackage } from './libraries.ts';
import { renameModules } from './module-names.ts';
import { ownLibraries } from './reach.ts';
import { requireSymbols } from './symbols.ts';
import {
  fittingTag,
  requireArchitecture,
  type DeviceTarget,
  type NativeTarget,
} from './wheel-fits.ts';

export interface NativeOptions {
  /** The packages of the target's feed. */
  readonly feed?: readonly FeedPackage[];
  /** The target's `libc.so`. */
  readonly libc?: { readonly path: string; readonly bytes: Uint8Array };
}

export interface NativeCheck {
  /** What it is for; absent when nothing in it depends on a processor, and the package is for all. */
  readonly architecture?: OpenWrtArchitecture;
  /** With modules called as the target's Python looks for them, and without search paths of the machine that built them. */
  readonly tree: FileTree;
  /** Packages that have the libraries its native files need. */
  readonly depends: readonly string[];
  readonly findings: readonly Finding[];
  /** Old and new paths of modules. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * Holds a distribution to the target.
 * @param path of the input, for messages
 * @throws WheelworksError as `fittingTag`, `requireArchitecture`, `requireMachine`, `requireSymbols`, and
 *   `openwrt/unknown-library`.
 */
export async function checkNative(
  { tags, tree }: Installation,
  target: NativeTarget,
  options: NativeOptions & { readonly path: string },
): Promise<NativeCheck> {
  const tag = tags === undefined ? undefined : fittingTag(tags.tags, target, options.path);
  const files = await elfFilesOf(tree);
  const [first] = files;
  if (first === undefined) return { tree, depends: [], findings: [], renamed: new Map() };
  const device = requireArchitecture(target, { path: options.path, evidence: `/${first.path}` });
  requireMachine(files, device, tag?.platform === 'any');
  const own = ownLibraries(files);
  const needed = neededPackages(files, own, options.feed);
  if (options.libc !== undefined)
    requireSymbols(files, own, { libc: options.libc, architecture: device.architecture });
  const portable = await withoutBuildPaths(tree, files);
  return {
    architecture: device.architecture,
    ...renameModules(portable.tree, target.release),
    depends: needed.packages,
    findings: [
      ...needed.findings,
      ...buildPathFindings(portable.dropped),
      ...bundledFindings(tree, options.feed),
      ...timeFindings(tag?.platform ?? 'any', device, options.path),
    ],
  };
}

async function withoutBuildPaths(
  tree: FileTree,
  files: readonly TreeElf[],
): Promise<{ tree: FileTree; dropped: readonly DroppedPaths[] }> {
  const folders = foldersOf(tree);
  const changed = FileTree.from(tree.entries());
  const dropped: DroppedPaths[] = [];
  for (const { path, elf } of files) {
    const entry = tree.get(path);
    if (entry?.kind !== 'file') continue;
    const without = dropBuildPaths(elf, await contentOf(entry), { path, folders });
    if (without === undefined) continue;
    const { bytes } = without;
    changed.set(path, { ...entry, size: bytes.length, content: { bytes } });
    dropped.push(without.dropped);
  }
  return { tree: changed, dropped };
}

function neededPackages(
  files: readonly TreeElf[],
  own: ReadonlySet<string>,
  feed: readonly FeedPackage[] | undefined,
): { packages: readonly string[]; findings: readonly Finding[] } {
  const packages = new Set<string>();
  const findings: Finding[] = [];
  const unknown: string[] = [];
  for (const { path, elf } of files)
    for (const name of elf.needed) {
      if (own.has(name)) continue;
      const found = packageOfLibrary(name, feed);
      if (found.kind === 'package') {
        if (!packages.has(found.name) && !found.fromFeed) findings.push(assumed(name, found.name));
        packages.add(found.name);
      } else if (found.kind === 'other-abi')
        unknown.push(`${path}: ${name} (the feed has ${found.name})`);
      else if (found.kind === 'unknown') unknown.push(`${path}: ${name}`);
    }
  if (unknown.length === 0) return { packages: [...packages].sort(), findings };
  throw new WheelworksError(
    'openwrt/unknown-library',
    'Native files need libraries that no package is known to have.',
    {
      evidence: unknown.slice(0, MOST_SHOWN).join('\n'),
      hint:
        feed === undefined
          ? 'Name the Packages or packages.adb of the target with --feed; or take the libraries into the wheel with `wheelworks repair`.'
          : 'The feed has no package of that name and ABI: take the libraries into the wheel with `wheelworks repair`, or build the wheel in the OpenWrt build system.',
    },
  );
}

const MOST_SHOWN = 10;

function assumed(library: string, name: string): Finding {
  return {
    code: 'openwrt/assumed-package',
    severity: 'info',
    effect: 'advice',
    message: `${library} is taken to be in ${name}.`,
    hint: 'The names of library packages change between releases; --feed takes them from the index of the target.',
  };
}

const HASH_IN_NAME = /-[0-9a-f]{8}(?=\.so)/;

/** What the wheel brings for itself, and the feed has once for all packages: both count against the flash. */
function bundledFindings(tree: FileTree, feed: readonly FeedPackage[] | undefined): Finding[] {
  return tree.files().flatMap(([path, { size }]): Finding[] => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!/\.libs\/[^/]+$/.test(path) || !HASH_IN_NAME.test(name)) return [];
    const found = packageOfLibrary(name.replace(HASH_IN_NAME, ''), feed);
    if (found.kind !== 'package') return [];
    return [
      {
        code: 'openwrt/bundled-library',
        severity: 'info',
        effect: 'advice',
        message: `The wheel brings a library of its own that ${found.name} has for all packages.`,
        path,
        evidence: `${size} bytes`,
        hint: 'Built in the OpenWrt build system, the package would use that of the feed.',
      },
    ];
  });
}

/** musl 1.1 had times of 32 bits on processors of 32 bits; 1.2 has 64, and both side by side only by symbol. */
function timeFindings(
  platform: string,
  { architecture, release }: DeviceTarget,
  path: string,
): Finding[] {
  const meaning = parsePlatformTag(platform);
  const isOld = meaning.kind === 'musllinux' && meaning.musl.minor < 2;
  if (!isOld || architecture.bits !== 32 || release.musl === '1.1') return [];
  return [
    {
      code: 'openwrt/time32',
      severity: 'warning',
      effect: 'users-break',
      message: `Built for musl ${meaning.musl.major}.${meaning.musl.minor}, where times have 32 bits; the target's have 64.`,
      path,
      evidence: platform,
      hint: 'It loads, but what it shares with other libraries about time may be read wrong. Prefer a musllinux_1_2 wheel.',
    },
  ];
}
