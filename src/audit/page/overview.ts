import { breakable, markup, table, type Html } from '../../pages/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Audit } from '../audit.ts';
import { baseName, idOf } from './words.ts';

/** Several inputs, a row each, with the way to what is told about it. */
export function overview(audits: readonly Audit[]): Html {
  return table({
    caption: 'What each input meets',
    columns: [
      { title: 'input', breaks: true },
      { title: 'meets', short: true },
      { title: 'claims' },
      { title: 'native files', numeric: true },
      { title: 'errors', numeric: true },
      { title: 'warnings', numeric: true },
    ],
    rows: audits.map((audit, index) => [
      markup`<a href="#${idOf(index)}">${breakable(baseName(audit.subject.path))}</a>`,
      audit.overallTag ?? markup`<span class="soft">no Linux baseline</span>`,
      claimsText(audit),
      audit.subject.natives.length,
      count(audit, 'error'),
      count(audit, 'warning'),
    ]),
  });
}

function count({ findings }: Audit, severity: 'error' | 'warning'): Html | number {
  const number = findings.filter((finding: Finding) => finding.severity === severity).length;
  if (number === 0) return markup`<span class="soft">0</span>`;
  return severity === 'error'
    ? markup`<span class="bad">${number}</span>`
    : markup`<span class="warn">${number}</span>`;
}

function claimsText({ claims }: Audit): Html {
  const judged = claims.filter(({ holds }) => holds !== undefined);
  if (judged.length === 0) return markup`<span class="soft">none</span>`;
  const broken = judged.filter(({ holds }) => holds === false);
  if (broken.length === 0) return markup`<span class="good">hold</span>`;
  return markup`<span class="bad">${broken.map(({ tag }) => tag).join(', ')} ${broken.length === 1 ? 'does' : 'do'} not hold</span>`;
}
