/** What a user should know of a package that could be made. */
import type { FileTree } from '../../archive/tree/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { CompiledTree } from '../bytecode/index.ts';
import type { Installation } from '../install/index.ts';

/** @param tree of the package, compiled */
export function packFindings(
  { distInfo }: Installation,
  tree: FileTree,
  compiled: CompiledTree | undefined,
): Finding[] {
  return [
    ...licenceFindings(tree, distInfo),
    ...sharedFolders(tree, distInfo),
    ...(compiled === undefined ? [] : bytecodeFindings(compiled)),
  ];
}

/** Libraries that a wheel brings are other people's work, whose licences go with it. */
function licenceFindings(tree: FileTree, distInfo: string): Finding[] {
  const library = tree.files().find(([path]) => /\/[^/]+\.libs\/[^/]+$/.test(path));
  if (library === undefined) return [];
  const isLicence = (path: string): boolean =>
    path.startsWith(`${distInfo}/`) && /licen[cs]e|copying|notice|\/sboms\//i.test(path);
  if (tree.files().some(([path]) => isLicence(path))) return [];
  return [
    {
      code: 'openwrt/no-licences',
      severity: 'warning',
      effect: 'advice',
      message: 'The package brings libraries, and no licence of any.',
      path: library[0],
      hint: 'Most licences ask to be passed on with the binary: keep the licence files of the wheel, or add those of the libraries.',
    },
  ];
}

const SHARED = new Set([
  'test',
  'tests',
  'testing',
  'doc',
  'docs',
  'examples',
  'benchmarks',
  'scripts',
  'tools',
]);

/** opkg and apk refuse to install a second package with a file of the same path. */
function sharedFolders(tree: FileTree, distInfo: string): Finding[] {
  const site = distInfo.slice(0, distInfo.lastIndexOf('/') + 1);
  const found = tree.entries().flatMap(([path]) => {
    const name = path.startsWith(site) ? path.slice(site.length) : '/';
    return SHARED.has(name) ? [path] : [];
  });
  return found.map((path) => ({
    code: 'openwrt/shared-folder',
    severity: 'warning',
    effect: 'users-break',
    message: `/${path} is a folder that other packages have too; two with the same file cannot both be installed.`,
    path,
    hint: `Leave it out: -|/${path}`,
  }));
}

function bytecodeFindings({ readers, foreign }: CompiledTree): Finding[] {
  const [reader] = readers;
  return [
    ...foreign.map((path): Finding => ({
      code: 'openwrt/foreign-bytecode',
      severity: 'error',
      effect: 'users-break',
      message: `/${path} is bytecode of another Python, without a source.`,
      path,
      hint: `It cannot be imported on the target. Leave it out: -|/${path}`,
    })),
    ...(reader === undefined
      ? []
      : [
          {
            code: 'openwrt/reads-source',
            severity: 'info',
            effect: 'advice',
            message: `Modules read sources when they run (${reader.calls.join(', ')}), which bytecode alone does not have.`,
            path: reader.path,
            evidence: `${readers.length} in all`,
            hint: 'Where that matters, install the -src twin too, or pack with --both.',
          } satisfies Finding,
        ]),
  ];
}
