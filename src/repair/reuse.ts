/**
 * Wheels of one release graft the same libraries: what an earlier one of the run has made, compressed and verified is
 * copied out of it, compressed as it is.
 */
import type { NativeFacts } from '../audit/index.ts';
import { openZipFile, type ZipArchive } from '../archive/zip/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { Application } from './application.ts';
import type { ShippedFile } from './materialize.ts';
import type { RepairOptions } from './options.ts';
import type { PlannedGraft } from './plan.ts';

/** What need not be made again, by its path in the wheel. The archives stay open until `close`. */
export interface Reused {
  readonly shipped: ReadonlyMap<string, ShippedFile>;
  /** What is in the files, under their new paths. */
  readonly facts: readonly NativeFacts[];
  close(): Promise<void>;
}

/** Finds what earlier wheels have; what one of them has no longer is made again. */
export async function openReused({ session, plan, options }: Application): Promise<Reused> {
  const archives = new Map<string, ZipArchive>();
  const shipped = new Map<string, ShippedFile>();
  const facts: NativeFacts[] = [];
  const close = async (): Promise<void> => {
    for (const archive of archives.values()) await archive.close();
  };
  try {
    for (const graft of plan.grafted) {
      const known = session.shipped.get(keyOf(graft, options));
      if (known === undefined) continue;
      const archive = archives.get(known.wheel) ?? (await tryOpen(known.wheel));
      if (archive === undefined) continue;
      archives.set(known.wheel, archive);
      const entry = archive.get(known.member);
      const { sha256, size, crc32 } = known;
      if (entry?.size !== size || entry.crc32 !== crc32) continue;
      const content = { copy: { kind: 'copy', archive, entry }, sha256 } as const;
      shipped.set(graft.to, { content, sha256, size });
      facts.push({ ...known.facts, path: graft.to });
    }
    return { shipped, facts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function tryOpen(path: string): Promise<ZipArchive | undefined> {
  try {
    return await openZipFile(path);
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

/** Notes what a wheel that stays where it was written has, for those that come after it. */
export async function rememberGrafts(
  { session, plan, options }: Application,
  {
    path,
    natives,
    shipped,
  }: {
    readonly path: string;
    readonly natives: readonly NativeFacts[];
    readonly shipped: ReadonlyMap<string, ShippedFile>;
  },
): Promise<void> {
  const unknown = plan.grafted.filter((graft) => !session.shipped.has(keyOf(graft, options)));
  if (unknown.length === 0) return;
  const archive = await openZipFile(path);
  try {
    const factsOf = new Map(natives.map((facts) => [facts.path, facts]));
    for (const graft of unknown) {
      const file = shipped.get(graft.to);
      const facts = factsOf.get(graft.to);
      const entry = archive.get(graft.to);
      if (file === undefined || facts === undefined || entry === undefined) continue;
      const { sha256, size } = file;
      const place = { wheel: path, member: graft.to };
      session.shipped.set(keyOf(graft, options), {
        ...place,
        sha256,
        size,
        crc32: entry.crc32,
        facts,
      });
    }
  } finally {
    await archive.close();
  }
}

/** The library as it was found, and what is done to it. */
function keyOf({ sha256, edits, strip }: PlannedGraft, { level }: RepairOptions): string {
  return JSON.stringify([sha256, edits, strip, level]);
}
