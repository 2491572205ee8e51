import { markup, table, type Html } from '../../pages/index.ts';
import { distributionsFor, type Distribution } from '../../platform/index.ts';
import { groupBy } from '../../support/group-by.ts';
import type { Audit } from '../audit.ts';
import { countObstacles } from '../explain.ts';
import type { BaselineVerdict } from '../verdict.ts';
import { counted, type AuditPart } from './words.ts';

/** Every baseline of the architecture with its verdict, and the systems that meeting it adds. */
export function baselineTable(
  audit: Audit,
  distributions: readonly Distribution[],
): AuditPart | undefined {
  const { verdicts, overallTag } = audit;
  if (verdicts.length === 0) return undefined;
  const added = verdicts.map((_, index) => systemsAdded(audit, index, distributions));
  const hasSystems = added.some((text) => text !== '');
  const marked = verdicts.findIndex(({ tag }) => tag === overallTag);
  return {
    id: 'baselines',
    title: 'Baselines',
    body: table({
      caption: 'From the oldest, which the most systems satisfy, to the newest',
      columns: [
        { title: 'baseline' },
        { title: 'verdict', short: true },
        { title: 'files in the way', numeric: true },
        ...(hasSystems ? [{ title: 'systems that it adds to those below' }] : []),
      ],
      rows: verdicts.map((verdict, index) => [
        verdict.tag,
        verdictText(audit, verdict),
        new Set(verdict.blockers.map(({ path }) => path)).size || '',
        ...(hasSystems ? [added[index]] : []),
      ]),
      ...(marked === -1 ? {} : { marked }),
    }),
  };
}

function verdictText(audit: Audit, { tag, baseline, blockers }: BaselineVerdict): Html {
  const names = [tag, ...baseline.aliases.map((alias) => `${alias}_${audit.architecture ?? ''}`)];
  const notes = [
    audit.claims.some((claim) => names.includes(claim.tag)) && 'claimed',
    blockers.length > 0 && tag === audit.repairTag && 'a repair reaches it',
  ].filter((note) => note !== false);
  const count = countObstacles(blockers);
  const word =
    count === 0
      ? markup`<span class="good">met</span>`
      : markup`<span class="bad">${counted(count, 'obstacle')}</span>`;
  return markup`${word}${notes.length > 0 && markup`<span class="soft">, ${notes.join(', ')}</span>`}`;
}

/** Systems that satisfy a baseline and not the next newer one: `debian 12; ubuntu 22.04, 22.10`. */
function systemsAdded(
  { verdicts, architecture }: Audit,
  index: number,
  distributions: readonly Distribution[],
): string {
  const [own, newer] = [verdicts[index], verdicts[index + 1]];
  if (own === undefined || architecture === undefined) return '';
  const covered = new Set(
    newer === undefined ? [] : distributionsFor(newer.baseline, architecture, distributions),
  );
  const added = distributionsFor(own.baseline, architecture, distributions).filter(
    (distribution) => !covered.has(distribution),
  );
  return [...groupBy(added, ({ name }) => name)]
    .map(([name, releases]) => `${name} ${releases.map(({ version }) => version).join(', ')}`)
    .join('; ');
}
