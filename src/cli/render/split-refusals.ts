/** Wheels that are not split: every reason, and which wheels wait for them. */
import { basename } from 'node:path';
import type {
  PlannedRelease,
  RefusedRelease,
  SplitRefusal,
  SplitResult,
} from '../../split/index.ts';
import type { CommandContext } from '../context.ts';
import { renderFailedInput } from '../each-input.ts';
import { shownPath } from '../shown-path.ts';
import { sanitizeForTerminal } from './sanitize.ts';

/** What became of a release, or what would. */
export type SplitRelease = PlannedRelease | SplitResult;

/** Whether a release is refused. */
export function isRefusal(release: SplitRelease): release is RefusedRelease {
  return 'refusals' in release;
}

/** Why wheels are not split, of all releases. */
export function refusalsOf(releases: readonly SplitRelease[]): readonly SplitRefusal[] {
  return releases.flatMap((each) => (isRefusal(each) ? each.refusals : []));
}

/** The refusals for people, and which wheels wait for them. */
export function renderRefusals(releases: readonly SplitRelease[], context: CommandContext): string {
  return releases
    .filter(isRefusal)
    .map(({ paths, refusals }) => {
      const named = new Set(refusals.map(({ path }) => path));
      const waiting = paths.filter((path) => !named.has(path)).map((path) => basename(path));
      const reasons = refusals.map(({ path, error }) =>
        renderFailedInput({ path: shownPath(path, context.cwd), error: error.toJSON() }, context),
      );
      if (waiting.length === 0) return reasons.join('\n');
      const line = `Of the same release, and so not split: ${waiting.join(', ')}`;
      return `${reasons.join('\n')}${sanitizeForTerminal(line)}\n`;
    })
    .join('\n');
}
