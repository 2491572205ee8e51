import { chmod, copyFile, link, lstat, mkdir, open, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import { isWindowsPath, unsafeTargetReason } from './member-path.ts';
import { tarProblem } from './problem.ts';
import { readTar, type ReadTarOptions, type TarMember } from './reader.ts';

/** How an archive becomes a folder. */
export interface ExtractTarOptions extends Omit<ReadTarOptions, 'linkTargets'> {
  /** Leave out the one folder that everything is in. Default false. */
  readonly stripTopDirectory?: boolean;
  /** Called with each member before it is unpacked. */
  readonly onMember?: (member: TarMember) => void;
}

/** What was unpacked. */
export interface Extracted {
  readonly files: number;
  /** Bytes of their contents. */
  readonly size: number;
}

/**
 * Unpacks a tar archive into a folder, which must be empty and is made when missing, by the rules of PEP 706's `data`
 * filter: nothing is written or linked outside, nothing is followed, folders have mode 755, files 755 when their owner
 * may execute them and 644 otherwise, whatever the umask. Files keep their times.
 *
 * After an error the folder holds what had been unpacked; use it inside `replaceDirectoryAtomic`.
 * @throws WheelworksError `tar/*`, `sdist/one-top-directory`, `file/not-empty`, `file/*`.
 */
export async function extractTar(
  source: AsyncIterable<Uint8Array>,
  directory: string,
  options: ExtractTarOptions = {},
): Promise<Extracted> {
  const { stripTopDirectory, onMember, ...reading } = options;
  const place = new Extraction(directory, options.path ?? '<tar>');
  await place.prepare();
  const strip = stripTopDirectory === true ? topStripper(place.archive) : (path: string) => path;
  for await (const member of readTar(source, { ...reading, linkTargets: 'inside' })) {
    onMember?.(member);
    const path = strip(member.path, member.type);
    if (path === '') continue;
    await place.add(member, path, (target) => strip(target, 'file'));
  }
  await place.makeLinks();
  return place.extracted;
}

/** Takes the first part off every path, which must always be the same. */
function topStripper(archive: string): (path: string, type: TarMember['type']) => string {
  let top: string | undefined;
  return (path, type) => {
    const slash = path.indexOf('/');
    const first = slash === -1 ? path : path.slice(0, slash);
    top ??= first;
    if (first !== top || (slash === -1 && type !== 'directory'))
      throw tarProblem('sdist/one-top-directory', 'Not everything is in one folder.', {
        archive,
        evidence: first === top ? path : `${top}, ${first}`,
      });
    return slash === -1 ? '' : path.slice(slash + 1);
  };
}

/**
 * A folder that is being filled. Every folder in it was made by this class, and symbolic links are made last: no path
 * ever leads through one, even where the file system takes two names of the archive for the same.
 */
class Extraction {
  readonly archive: string;
  readonly #root: string;
  readonly #folders = new Set<string>(['']);
  readonly #links: { member: TarMember; path: string; target: string }[] = [];
  #files = 0;
  #size = 0;

  constructor(root: string, archive: string) {
    this.#root = root;
    this.archive = archive;
  }

  get extracted(): Extracted {
    return { files: this.#files, size: this.#size };
  }

  async prepare(): Promise<void> {
    try {
      await makeFolders(this.#root);
      if ((await readdir(this.#root)).length === 0) return;
    } catch (error) {
      throw fileError(error, this.#root);
    }
    throw new WheelworksError('file/not-empty', `${this.#root} is not empty.`, {
      path: this.#root,
      hint: 'Choose a new folder.',
    });
  }

  async add(member: TarMember, path: string, strip: (target: string) => string): Promise<void> {
    if (process.platform === 'win32' && !isWindowsPath(path))
      throw this.#problem(member, 'tar/unsafe-path', `${path} is no file name on Windows.`);
    try {
      await this.#makeFolder(parentOf(path), member);
      if (member.type === 'directory') await this.#makeFolder(path, member);
      else if (member.type === 'file') await this.#writeFile(member, path);
      else if (member.type === 'hardlink')
        await this.#linkFile(path, strip(member.linkTarget ?? ''));
      else this.#noteLink(member, path);
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST') throw this.#collision(member, path);
      throw fileError(error, join(this.#root, path));
    }
  }

  async makeLinks(): Promise<void> {
    for (const { member, path, target } of this.#links) {
      try {
        await symlink(target, join(this.#root, path));
        this.#files += 1;
      } catch (error) {
        if (systemErrorCode(error) === 'EEXIST') throw this.#collision(member, path);
        throw fileError(error, join(this.#root, path));
      }
    }
  }

  async #makeFolder(path: string, member: TarMember): Promise<void> {
    if (this.#folders.has(path)) return;
    await this.#makeFolder(parentOf(path), member);
    const full = join(this.#root, path);
    try {
      await mkdir(full);
      await chmod(full, 0o755);
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
      // Another spelling of a folder that we made, where case or accents do not count; never a file or a link.
      if (!(await lstat(full)).isDirectory()) throw this.#collision(member, path);
    }
    this.#folders.add(path);
  }

  async #writeFile(member: TarMember, path: string): Promise<void> {
    const full = join(this.#root, path);
    const mode = (member.mode & 0o100) === 0 ? 0o644 : 0o755;
    // `wx` fails on anything that is there, and so follows nothing.
    const file = await open(full, 'wx', mode);
    try {
      for await (const chunk of member.content()) await writeAll(file, chunk);
      await file.chmod(mode);
      const time = Math.min(Math.max(0, member.mtime), LATEST_TIME);
      await file.utimes(time, time);
    } finally {
      await file.close();
    }
    this.#files += 1;
    this.#size += member.size;
  }

  async #linkFile(path: string, target: string): Promise<void> {
    const from = join(this.#root, target);
    const to = join(this.#root, path);
    try {
      await link(from, to);
    } catch (error) {
      if (!NO_HARD_LINKS.has(systemErrorCode(error) ?? '')) throw error;
      await copyFile(from, to);
    }
    this.#files += 1;
  }

  #noteLink(member: TarMember, path: string): void {
    const target = member.linkTarget ?? '';
    // Without its top folder the archive is one level less deep, and a link could climb out of it.
    const unsafe = unsafeTargetReason(path, target);
    if (unsafe !== undefined)
      throw this.#problem(
        member,
        'tar/unsafe-link',
        `The target ${target} of the link ${path} is ${unsafe}.`,
      );
    this.#links.push({ member, path, target });
  }

  #collision(member: TarMember, path: string): Error {
    return this.#problem(
      member,
      'tar/path-conflict',
      `${path} has the same name here as another member: this file system does not tell upper from lower case, or accents.`,
    );
  }

  #problem(
    member: TarMember,
    code: 'tar/path-conflict' | 'tar/unsafe-link' | 'tar/unsafe-path',
    message: string,
  ): Error {
    const { archive } = this;
    return tarProblem(code, message, { archive, member: member.path, offset: member.offset });
  }
}

/** The last second that every file system can keep (2106). */
const LATEST_TIME = 2 ** 32 - 1;

const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  let done = 0;
  while (done < chunk.length) done += (await file.write(chunk, done)).bytesWritten;
}
