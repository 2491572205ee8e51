/** How members are written: which are compressed at once, which block by block, and which copies share a read. */
import { isLong, joinRun, startRun, type Copied, type CopyRun } from './copy.ts';
import type { CheckedMember, LateSource } from './members.ts';
import { isSmall, joinSmallRun, type ContentMember, type SmallRun } from './small-members.ts';

export interface CopiedMember extends Copied {
  readonly member: CheckedMember;
}

/** One step of writing an archive; steps are written in order, but prepared ahead and in parallel. */
export type WriteStep =
  | ({ readonly kind: 'content' } & ContentMember)
  | { readonly kind: 'small-run'; readonly run: SmallRun }
  | { readonly kind: 'copy-run'; readonly run: CopyRun<CopiedMember> }
  /** A copy that is written piece by piece. */
  | { readonly kind: 'copy-long'; readonly copied: CopiedMember }
  | { readonly kind: 'late'; readonly member: CheckedMember; readonly source: LateSource };

/**
 * From here on content is compressed and written block by block. Part of what the bytes of an archive depend on, as
 * the block length is: never to be derived from the machine.
 */
export const LARGE: number = 16 << 20;

/** The steps that write the members in their order. */
export function planSteps(members: readonly CheckedMember[]): WriteStep[] {
  const steps: WriteStep[] = [];
  let run: CopyRun<CopiedMember> | undefined;
  for (const member of members) {
    const { source } = member;
    if (source.kind !== 'copy') {
      run = undefined;
      if (source.kind === 'late') steps.push({ kind: 'late', member, source });
      else addContent(steps, { member, source });
      continue;
    }
    const copied = { member, archive: source.archive, entry: source.entry };
    if (run !== undefined && joinRun(run, copied)) continue;
    const started = startRun(copied);
    if (isLong(started)) {
      run = undefined;
      steps.push({ kind: 'copy-long', copied });
    } else {
      run = started;
      steps.push({ kind: 'copy-run', run });
    }
  }
  return steps;
}

function addContent(steps: WriteStep[], next: ContentMember): void {
  if (!isSmall(next)) {
    steps.push({ kind: 'content', ...next });
    return;
  }
  const last = steps.at(-1);
  if (last?.kind === 'small-run' && joinSmallRun(last.run, next)) return;
  steps.push({ kind: 'small-run', run: { members: [next], bytes: next.member.size } });
}

/** Bytes that preparing a step holds in memory. Steps of weight zero do all their work when their turn comes. */
export function weighStep(step: WriteStep): number {
  if (step.kind === 'copy-run') return step.run.end - step.run.offset;
  if (step.kind === 'small-run') return step.run.bytes;
  return step.kind === 'content' && step.member.size < LARGE ? step.member.size : 0;
}
