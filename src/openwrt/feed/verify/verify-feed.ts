/** Goes through a feed as a device would, and further: every file is read whole. */
import { join } from 'node:path';
import { WheelworksError } from '../../../support/errors.ts';
import type { Finding } from '../../../support/finding.ts';
import { mapParallel } from '../../../support/parallel.ts';
import type { PackageManager } from '../../targets/index.ts';
import { feedFolders, type FeedFolder } from '../folders.ts';
import type { TrustedKeys } from '../keys.ts';
import { againstIndex } from './against-index.ts';
import { checkClosure, type Provider } from './closure.ts';
import { checkIndexJson, checkList, checkManifest } from './copies.ts';
import { packageFacts, type PackageFacts } from './facts.ts';
import { feedFinding } from './finding.ts';
import { readBaseIndex, readFolderIndex } from './listed.ts';
import { checkSignature, type SignatureState } from './signature.ts';
import { checkTogether } from './together.ts';

export interface VerifyFeedOptions {
  /** Indexes of other feeds of the device: `Packages`, `Packages.gz` or `packages.adb`. */
  readonly base: readonly string[];
  readonly keys: TrustedKeys;
  readonly jobs: number;
}

/** What was found in a folder. */
export interface FolderReport {
  /** Relative to the top; empty for the top itself. */
  readonly path: string;
  readonly manager: PackageManager;
  readonly packages: number;
  readonly signature: SignatureState;
  readonly findings: readonly Finding[];
}

/**
 * Verifies every folder with packages below one: files against the index, digests, signature, dependencies, and the
 * packages against each other.
 * @throws WheelworksError `feed/no-packages`, `feed/mixed-folder`, `file/*`; and for a base index that cannot be read.
 */
export async function verifyFeed(top: string, options: VerifyFeedOptions): Promise<FolderReport[]> {
  const base = await baseProviders(options.base);
  const folders: ReadFolder[] = [];
  for (const folder of await feedFolders(top)) folders.push(await readFolder(folder, options));
  return folders.map(({ folder, facts, findings, signature }) => ({
    path: folder.path,
    manager: folder.manager,
    packages: folder.files.length,
    signature,
    findings: [
      ...findings,
      ...checkClosure(facts, {
        others: [...(base.get(folder.manager) ?? []), ...neighbours(folder, folders)],
        hasBase: base.has(folder.manager),
      }),
      ...checkTogether(facts, folder.directory),
    ],
  }));
}

interface ReadFolder {
  readonly folder: FeedFolder;
  readonly facts: readonly PackageFacts[];
  readonly findings: readonly Finding[];
  readonly signature: SignatureState;
}

async function readFolder(folder: FeedFolder, options: VerifyFeedOptions): Promise<ReadFolder> {
  const read = await mapParallel(folder.files, options.jobs, (filename) =>
    factsOrFinding(folder, filename),
  );
  const facts = read.flatMap((each) => ('facts' in each ? [each.facts] : []));
  const unreadable = read.flatMap((each) => ('finding' in each ? [each.finding] : []));
  const names = new Set(read.flatMap((each) => ('finding' in each ? [each.filename] : [])));
  const { findings, signature } = await checkIndex(folder, {
    facts,
    unreadable: names,
    keys: options.keys,
  });
  return { folder, facts, findings: [...unreadable, ...findings], signature };
}

async function factsOrFinding(
  { directory }: FeedFolder,
  filename: string,
): Promise<
  { readonly facts: PackageFacts } | { readonly finding: Finding; readonly filename: string }
> {
  const path = join(directory, filename);
  try {
    return { facts: await packageFacts(path, filename) };
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    const evidence = [error.code, error.evidence].filter((each) => each !== undefined).join(': ');
    const finding = feedFinding('feed/unreadable-package', error.message, { path, evidence });
    return { finding, filename };
  }
}

async function checkIndex(
  { directory, manager }: FeedFolder,
  packages: {
    readonly facts: readonly PackageFacts[];
    readonly unreadable: ReadonlySet<string>;
    readonly keys: TrustedKeys;
  },
): Promise<{ readonly findings: readonly Finding[]; readonly signature: SignatureState }> {
  const { facts, unreadable, keys } = packages;
  try {
    const index = await readFolderIndex(directory, manager);
    if (index === undefined)
      return {
        signature: 'absent',
        findings: [
          feedFinding('feed/no-index', 'There is no index, so that no device sees the packages.', {
            path: directory,
            hint: 'Make it: wheelworks openwrt feed build DIR.',
          }),
        ],
      };
    const { state, findings } = await checkSignature(index, directory, keys);
    return {
      signature: state,
      findings: [
        ...findings,
        ...againstIndex(index.packages, facts, { directory, unreadable }),
        ...(index.manager === 'opkg' ? await checkList(directory, index.text) : []),
        ...(unreadable.size === 0 ? await checkSummaries(directory, manager, facts) : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof WheelworksError) || error.code.startsWith('file/')) throw error;
    const finding = feedFinding('feed/index-unreadable', error.message, {
      path: directory,
      evidence: error.code,
      hint: 'Make the index again: wheelworks openwrt feed build DIR.',
    });
    return { signature: 'absent', findings: [finding] };
  }
}

/** Files for people, which are held against the packages: of those that cannot be read was told already. */
async function checkSummaries(
  directory: string,
  manager: PackageManager,
  facts: readonly PackageFacts[],
): Promise<Finding[]> {
  const ofManifest = manager === 'opkg' ? await checkManifest(directory, facts) : [];
  return [...ofManifest, ...(await checkIndexJson(directory, facts))];
}

async function baseProviders(paths: readonly string[]): Promise<Map<PackageManager, Provider[]>> {
  const providers = new Map<PackageManager, Provider[]>();
  for (const path of paths) {
    const { manager, packages } = await readBaseIndex(path);
    providers.set(manager, [...(providers.get(manager) ?? []), ...packages]);
  }
  return providers;
}

/** Packages of folders beside this one that hold nothing but packages for every architecture: devices have those too. */
function neighbours(folder: FeedFolder, all: readonly ReadFolder[]): readonly PackageFacts[] {
  const parent = ({ path }: FeedFolder): string =>
    path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  return all
    .filter(
      (each) =>
        each.folder !== folder &&
        each.folder.path !== '' &&
        each.folder.manager === folder.manager &&
        parent(each.folder) === parent(folder) &&
        each.facts.every(({ architecture }) => architecture === 'all'),
    )
    .flatMap(({ facts }) => facts);
}
