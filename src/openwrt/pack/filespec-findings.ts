/** What is wrong with a filespec that could be carried out. */
import type { Finding } from '../../support/finding.ts';
import type { Filespec } from '../filespec/index.ts';

/** Bits of a mode that let a program run as its owner or group. */
const SET_ID = 0o6000;

/** Modes with which programs run as somebody else: in a whole tree that is rarely meant, and Python files do without. */
export function modeFindings({ path, rules }: Filespec): Finding[] {
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
