/** Which commit a wheel says it was built from. */
import { decodeUtf8 } from '../../packaging/index.ts';
import type { Wheel } from '../../wheel/index.ts';
import { jsonScalars } from '../text/json-strings.ts';

/** A commit and the file that names it. */
export interface RecordedCommit {
  /** Lower-case hex, 7 to 64 digits. */
  readonly commit: string;
  readonly where: string;
}

const LARGEST = 4 << 20;
const PYTHON = /(?:^|\/)_*(?:version|about|build_info|git|revision|commit)\w*\.py$/i;
const BILL = /^[^/]+\.dist-info\/(?:sboms\/.+\.json|direct_url\.json)$/;

/** `revision = "abc"`, `__commit_id__ = commit_id = 'gabc'`, `REVISIONS = {"IREE": "abc"}`. */
const ASSIGNMENT =
  /^[ \t]*(?:\w+[ \t]*=[ \t]*)*\w*(?:revision|commit|git_?(?:sha|hash|rev))\w*[ \t]*(?::[^=\n]*)?=[ \t]*(?:\{[^}]*?:[ \t]*)?["']g?([0-9a-f]{7,64})["']/gim;

/** The commits that files of a wheel record: version files, bills of materials, direct_url.json. */
export async function recordedCommits({ archive }: Wheel): Promise<readonly RecordedCommit[]> {
  const commits: RecordedCommit[] = [];
  for (const entry of archive.entries) {
    const isPython = PYTHON.test(entry.path);
    if (entry.isDirectory || entry.size > LARGEST || !(isPython || BILL.test(entry.path))) continue;
    const text = decodeUtf8(await archive.read(entry, { maxSize: LARGEST }));
    if (text === undefined) continue;
    const found = isPython ? inPython(text) : inJson(text);
    commits.push(...[...new Set(found)].map((commit) => ({ commit, where: entry.path })));
  }
  return commits;
}

function inPython(text: string): readonly string[] {
  return [...text.matchAll(ASSIGNMENT)].map((match) => (match[1] ?? '').toLowerCase());
}

/** Of CycloneDX `pedigree.commits[].uid` of the main component, of SPDX `git+https://...@commit`, of PEP 610 `commit_id`. */
function inJson(text: string): readonly string[] {
  try {
    JSON.parse(text);
  } catch {
    return [];
  }
  return jsonScalars(text).flatMap(({ path, value }) => {
    if (typeof value !== 'string') return [];
    const where = path.join('.');
    const isId =
      /^metadata\.component\.pedigree\.commits\.\d+\.uid$/.test(where) ||
      where === 'vcs_info.commit_id';
    if (isId) return /^[0-9a-f]{7,64}$/i.test(value) ? [value.toLowerCase()] : [];
    const isSource = where === 'packages.0.downloadLocation';
    const commit = isSource ? /^git\+.*@([0-9a-f]{7,64})$/i.exec(value)?.[1] : undefined;
    return commit === undefined ? [] : [commit.toLowerCase()];
  });
}

/** Whether two may be one: the shorter one is how the longer one begins. */
export function isSameCommit(left: string, right: string): boolean {
  return left.startsWith(right) || right.startsWith(left);
}
