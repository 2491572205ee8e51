/** Patterns that select nothing: a typing error, a group that is not enabled, or a platform that nothing is built for. */
import { buildIdentifiers } from '../../platform/index.ts';
import type { PlanAdvice } from '../model.ts';
import { FROM_DEFAULT, type ResolvedOption } from '../options/cascade.ts';
import { isEnabled } from '../select/enable.ts';
import { matchesSelectors, selectorsOf } from '../select/selectors.ts';

/** The patterns of one option, and what is enabled. */
export interface SelectorRequest {
  readonly option: 'build' | 'skip' | 'test-skip' | 'overrides';
  readonly value: ResolvedOption;
  readonly groups: ReadonlySet<string>;
}

/** Names in identifiers of cibuildwheel's other platforms. */
const ELSEWHERE = /pyodide|wasm|android|ios|iphone/;
/** Older Pythons: leaving them out is no mistake in a list that has been there for years. */
const ANCIENT = /^(?:cp|pp)(?:2|3[3-8])/;

/** Advice on every pattern that selects nothing. */
export function selectorAdvice({ option, value, groups }: SelectorRequest): readonly PlanAdvice[] {
  if (value.from.includes(FROM_DEFAULT)) return [];
  return selectorsOf(value.text).flatMap((pattern) => {
    const [plain = ''] = pattern.split(':');
    const matching = buildIdentifiers.filter(({ id }) => matchesSelectors(plain, id));
    if (matching.some(({ python }) => isEnabled(python, groups))) return [];
    const reason = reasonFor(option, pattern, [
      ...new Set(matching.flatMap(({ python }) => python.group ?? [])),
    ]);
    if (reason === undefined) return [];
    return [
      {
        code: reason.code,
        message: `${option} ${pattern} (${value.from.join(', ')}) ${reason.text}`,
        jobs: [],
      },
    ];
  });
}

function reasonFor(
  option: SelectorRequest['option'],
  pattern: string,
  groups: readonly string[],
): { readonly code: string; readonly text: string } | undefined {
  const isBuild = option === 'build';
  if (groups.length > 0)
    return isBuild
      ? {
          code: 'plan/not-enabled',
          text: `selects nothing: add ${groups.join(' or ')} to enable.`,
        }
      : undefined;
  if (ELSEWHERE.test(pattern))
    return isBuild
      ? {
          code: 'plan/unsupported-platform',
          text: 'is for Android, iOS or Pyodide, for which wheelworks makes no wheels.',
        }
      : undefined;
  if (!isBuild && ANCIENT.test(pattern)) return undefined;
  return { code: 'plan/selects-nothing', text: 'matches no build identifier.' };
}
