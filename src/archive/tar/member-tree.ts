import { tarProblem } from './problem.ts';

/** What a name stands for in an archive. */
export type TarMemberType = 'file' | 'directory' | 'symlink' | 'hardlink';

/**
 * All names of an archive so far. Refuses what readers and file systems would understand differently: a name that
 * stands for two things, and a member below something that is not a folder, which is how a link is used to write
 * elsewhere. Memory grows with the number of names, which is limited.
 */
export class MemberTree {
  readonly #types = new Map<string, TarMemberType>();
  readonly #archive: string;
  readonly #limit: number;

  constructor(archive: string, limit: number) {
    this.#archive = archive;
    this.#limit = limit;
  }

  typeOf(path: string): TarMemberType | undefined {
    return this.#types.get(path);
  }

  /**
   * Adds a member; a folder may come more than once, as it does when an archive is appended to.
   * @throws WheelworksError `tar/duplicate`, `tar/path-conflict`, `tar/too-many-members`.
   */
  add(path: string, type: TarMemberType, offset: number): void {
    this.#addParents(path, offset);
    const known = this.#types.get(path);
    if (known === undefined) this.#set(path, type, offset);
    else if (known !== 'directory' || type !== 'directory')
      throw tarProblem('tar/duplicate', `${path} is in the archive twice.`, {
        archive: this.#archive,
        member: path,
        offset,
        evidence: known === type ? `both times a ${type}` : `a ${known}, then a ${type}`,
      });
  }

  #addParents(path: string, offset: number): void {
    for (let end = path.lastIndexOf('/'); end !== -1; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end);
      const known = this.#types.get(parent);
      // Its own parents were looked at when it was added.
      if (known === 'directory') return;
      if (known !== undefined)
        throw tarProblem(
          'tar/path-conflict',
          `${path} lies below ${parent}, which is a ${known}.`,
          {
            archive: this.#archive,
            member: path,
            offset,
          },
        );
      this.#set(parent, 'directory', offset);
    }
  }

  #set(path: string, type: TarMemberType, offset: number): void {
    if (this.#types.size >= this.#limit)
      throw tarProblem('tar/too-many-members', `The archive has more than ${this.#limit} names.`, {
        archive: this.#archive,
        offset,
      });
    this.#types.set(path, type);
  }
}
