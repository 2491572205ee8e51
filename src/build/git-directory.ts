/**
 * What a copy and a digest of a git repository take of it.
 *
 * Backends ask git for a version, and nothing else. For that the objects can be referred to instead of copied, and only
 * HEAD and the tags decide the answer.
 *
 * Specification: gitrepository-layout(5).
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';

export const GIT = '.git';

/** Whether a relative path is a repository's object store, its own or a submodule's. */
export function isObjectStore(path: string): boolean {
  return /(?:^|\/)\.git\/(?:modules\/.+\/)?objects$/.test(path);
}

/** Parts of a repository that no build asks for and that may be huge: files of git-lfs, other work trees. */
export function isWithoutUse(path: string): boolean {
  return /(?:^|\/)\.git\/(?:modules\/.+\/)?(?:lfs|worktrees|logs)$/.test(path);
}

/** Whether a relative path lies in a repository's own folder. */
export function isInsideGit(path: string): boolean {
  return path.split('/').slice(0, -1).includes(GIT);
}

/** Makes an object store that borrows everything from another one: `git clone --shared` does the same. */
export async function borrowObjects(store: string, target: string): Promise<void> {
  await mkdir(join(target, 'info'), { recursive: true });
  await mkdir(join(target, 'pack'), { recursive: true });
  await writeFile(join(target, 'info', 'alternates'), `${store}\n`);
}

/** What decides the version that git tells of a work tree: the commit of HEAD, its branch, the tags. */
export async function versionState(worktree: string): Promise<string> {
  const gitFolder = await findGitFolder(worktree);
  // A linked work tree shares all but its HEAD with the main one.
  const shared = resolve(gitFolder, (await readText(join(gitFolder, 'commondir'))) ?? '.');
  const packed = await readPackedRefs(shared);
  const head = (await readText(join(gitFolder, 'HEAD'))) ?? '';
  const branch = /^ref: (refs\/.+)$/.exec(head)?.[1];
  const tags = new Map([...packed].filter(([name]) => name.startsWith('refs/tags/')));
  for (const [name, commit] of await readLooseRefs(shared, 'refs/tags')) tags.set(name, commit);
  const commit =
    branch === undefined
      ? head
      : ((await readText(join(shared, branch))) ?? packed.get(branch) ?? 'unborn');
  const lines = [...tags].map(([name, each]) => `${each} ${name}`).sort();
  return [`HEAD ${branch ?? ''} ${commit}`, ...lines].join('\n');
}

/** `.git` is a folder, or a file that names one. */
async function findGitFolder(worktree: string): Promise<string> {
  const path = join(worktree, GIT);
  const pointed = /^gitdir: (.+)$/.exec((await readText(path)) ?? '')?.[1];
  if (pointed === undefined) return path;
  return isAbsolute(pointed) ? pointed : join(worktree, pointed);
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (text) => text.trimEnd(),
    () => undefined,
  );
}

async function readPackedRefs(folder: string): Promise<ReadonlyMap<string, string>> {
  const lines = ((await readText(join(folder, 'packed-refs'))) ?? '').split('\n');
  const refs = lines.map((line) => /^([0-9a-f]+) (refs\/.+)$/.exec(line));
  return new Map(
    refs.flatMap((match) => (match === null ? [] : [[match[2] ?? '', match[1] ?? '']])),
  );
}

async function readLooseRefs(folder: string, below: string): Promise<readonly [string, string][]> {
  const members = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  const refs: [string, string][] = [];
  for (const member of members) {
    const name = `${below}/${member.name}`;
    if (member.isDirectory()) refs.push(...(await readLooseRefs(folder, name)));
    else refs.push([name, (await readText(join(folder, name))) ?? '']);
  }
  return refs;
}
