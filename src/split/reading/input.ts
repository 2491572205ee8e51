/** A wheel that is to be split: opened, judged, and its members as placing needs them. */
import { basename } from 'node:path';
import type { Audit } from '../../audit/index.ts';
import type { ZipEntry } from '../../archive/zip/index.ts';
import { headerValues } from '../../packaging/index.ts';
import { draftFromWheel, openWheel, type Wheel, type WheelDraft } from '../../wheel/index.ts';
import { setNames, type SetNames } from '../names.ts';
import { auditClaims, leftToOthers, type ClaimOptions } from './claims.ts';
import { modulesOf } from './modules.ts';
import { refuseBroken, refuseClashes, refuseSigned, refuseSplit } from './refusals.ts';

/** A member as placing needs it. */
export interface InputMember {
  readonly path: string;
  readonly entry: ZipEntry;
  /** Hexadecimal, as RECORD has it; undefined when it has another hash. */
  readonly sha256: string | undefined;
  /** Stays in the main wheel: metadata, and what installers put elsewhere. */
  readonly isFixed: boolean;
  readonly isNative: boolean;
  /** Path of the Python file that can stand in for an extension module; undefined for other files. */
  readonly stub: string | undefined;
}

/** An open wheel over the limit. */
export interface SplitInput {
  readonly wheel: Wheel;
  readonly draft: WheelDraft;
  readonly audit: Audit;
  readonly names: SetNames;
  readonly members: readonly InputMember[];
  /** Path of a native file to the paths of those in the wheel that it needs. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Libraries that its tags count on others to bring. */
  readonly fromElsewhere: readonly string[];
}

/**
 * Opens a wheel and reads everything a plan is made of. The caller closes `wheel.archive`.
 * @throws WheelworksError `split/already-split`, `split/signed`, `split/broken-wheel`, `split/claim-does-not-hold`,
 *   `split/name-clash`, and what opening and auditing a wheel throws.
 */
export async function openInput(path: string, options: ClaimOptions): Promise<SplitInput> {
  const wheel = await openWheel(path);
  try {
    await refuseSplit(wheel);
    refuseSigned(wheel);
    await refuseBroken(wheel);
    const draft = await draftFromWheel(wheel);
    const [project = wheel.filename.name] = headerValues(draft.metadata, 'Name');
    const names = setNames(project);
    refuseClashes(wheel, names);
    const audit = await auditClaims(wheel, options);
    return {
      wheel,
      draft,
      audit,
      names,
      members: membersOf(draft, audit),
      needs: needsOf(audit),
      fromElsewhere: leftToOthers(audit, options.exclude),
    };
  } catch (error) {
    await wheel.archive.close();
    throw error;
  }
}

function membersOf(draft: WheelDraft, audit: Audit): readonly InputMember[] {
  const natives = new Set(audit.subject.natives.map(({ path }) => path));
  const modules = modulesOf(audit);
  return [...draft.members].flatMap(([path, { source, row }]): readonly InputMember[] => {
    if (source.kind !== 'copy') return [];
    const isSha256 = row?.hash?.algorithm === 'sha256' && row.size === source.entry.size;
    return [
      {
        path,
        entry: source.entry,
        sha256: isSha256 ? Buffer.from(row.hash.digest, 'base64url').toString('hex') : undefined,
        isFixed: /^[^/]+\.(?:dist-info|data)\//.test(path),
        isNative: natives.has(path),
        stub: modules.get(path),
      },
    ];
  });
}

function needsOf({ natives }: Audit): ReadonlyMap<string, readonly string[]> {
  return new Map(
    natives.map(({ facts, links }) => [
      facts.path,
      links.flatMap(({ kind, target }) =>
        kind === 'carried' && target !== undefined ? [target] : [],
      ),
    ]),
  );
}

/** The input for people. */
export function inputName({ wheel }: SplitInput): string {
  return basename(wheel.path);
}
