/** What is wrong with a filespec that could be carried out. */
import type { Finding } from '../../support/finding.ts';
import type { FileTree } from '../../archive/tree/index.ts';
import { importRoots, modulesOf } from '../dependencies/imports/modules.ts';
import type { Filespec } from '../filespec/index.ts';

/** Bits of a mode that let a program run as its owner or group. */
const SET_ID = 0o6000;

/** @param tree of the package, compiled */
export function filespecFindings(filespec: Filespec, tree: FileTree, distInfo: string): Finding[] {
  return [...modeFindings(filespec), ...metadataFindings(filespec, tree, distInfo)];
}

/** Modules that the whole has, and what was chosen of it has not. */
export async function removedModules(whole: FileTree, chosen: FileTree): Promise<string[]> {
  const roots = importRoots(whole);
  const [before, after] = await Promise.all([modulesOf(whole, roots), modulesOf(chosen, roots)]);
  return [...before.modules.keys()].filter((name) => !after.modules.has(name));
}

function metadataFindings({ path }: Filespec, tree: FileTree, distInfo: string): Finding[] {
  if (tree.has(`${distInfo}/METADATA`)) return [];
  return [
    {
      code: 'openwrt/no-metadata',
      severity: 'warning',
      effect: 'users-break',
      path,
      message: `The filespec leaves out the metadata of the project, /${distInfo}.`,
      hint: `importlib.metadata does not find the project then, nor do pip and entry points. Keep it: +|/${distInfo}`,
    },
  ];
}

/** Modes with which programs run as somebody else: in a whole tree that is rarely meant, and Python files do without. */
function modeFindings({ path, rules }: Filespec): Finding[] {
  return rules.flatMap(({ line, text, fileMode = 0, directoryMode = 0 }): Finding[] => {
    const isForFiles = (fileMode & SET_ID) !== 0;
    if (!isForFiles && (directoryMode & SET_ID) === 0) return [];
    return [
      {
        code: 'openwrt/set-id-mode',
        severity: 'warning',
        effect: 'advice',
        path,
        message: isForFiles
          ? `Line ${line} of ${path} makes files run as their owner or group, whoever starts them.`
          : `Line ${line} of ${path} gives folders a set-id bit.`,
        evidence: text,
        hint: 'Scripts are run without it, and any other program gets the rights of root. Use 0755.',
      },
    ];
  });
}
