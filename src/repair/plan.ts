/** What a repair will do to a wheel, as data: `--dry-run` prints it, `apply` carries it out. */
import type { Audit } from '../audit/index.ts';
import type { ElfEdit } from '../binary/elf/index.ts';
import type { SystemPackage } from '../distro/index.ts';
import type { TagSet } from '../packaging/index.ts';
import type { Finding } from '../support/finding.ts';

/** Everything that is to be done to one wheel. Paths inside the wheel are those of its members, with `/`. */
export interface RepairPlan {
  /** The wheel as the user named it. */
  readonly path: string;
  /** File name of the repaired wheel. */
  readonly filename: string;
  /** False when the repaired wheel would be the given one, byte for byte. */
  readonly changed: boolean;
  readonly tags: TagSet;
  /** The folder of the wheel that takes the grafted libraries: `numpy.libs`. */
  readonly libraryFolder: string;
  readonly grafted: readonly PlannedGraft[];
  /** Native members that change; those that only move are among them, without edits. */
  readonly patched: readonly PlannedPatch[];
  /** Small Python programs that start executables which had to move. */
  readonly launchers: readonly PlannedLauncher[];
  /** Libraries that are left to other packages or to the interpreter, by the names they are needed by. */
  readonly excluded: readonly string[];
  /** What to know of the result before it is made, and what cannot be mended. */
  readonly findings: readonly Finding[];
  /** Of the wheel as it came. */
  readonly audit: Audit;
}

/** A library that is taken in. */
export interface PlannedGraft {
  /** The name it was needed by; of several the first in order. */
  readonly name: string;
  /** Where it is on this machine, every symbolic link followed. */
  readonly from: string;
  /** Where it will be in the wheel: `numpy.libs/libopenblas-02fbea31.so.0`. */
  readonly to: string;
  /** Bytes of the library as it is on this machine. */
  readonly size: number;
  /** SHA-256 of the library as it is on this machine, in hex. */
  readonly sha256: string;
  /** Members of the wheel and names of grafted libraries that need it, as they were named before. */
  readonly neededBy: readonly string[];
  /** `to` of the grafted libraries that it needs. */
  readonly needs: readonly string[];
  readonly edits: readonly ElfEdit[];
  readonly strip: boolean;
  /** Undefined when no package database has it, as what was built by hand. */
  readonly owner: SystemPackage | undefined;
}

/** A native member of the wheel that changes. */
export interface PlannedPatch {
  readonly path: string;
  /** Where it will be; `path` when it stays. */
  readonly to: string;
  readonly edits: readonly ElfEdit[];
  readonly strip: boolean;
}

/** A script that takes the place of an executable. */
export interface PlannedLauncher {
  /** `numpy-1.0.data/scripts/prog`, where the executable was. */
  readonly path: string;
  /** Where the executable is now, from the root of the wheel. */
  readonly program: string;
  /** The whole script. */
  readonly text: string;
}
