import { breakable, entries, markup, type Html } from '../../pages/index.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { Audit } from '../audit.ts';
import { counted, few } from './words.ts';

/** The verdict in a line, and the facts behind it. */
export function summary(audit: Audit): Html {
  return markup`<p class="verdict">${verdict(audit)}</p>
${entries(
  facts(audit).flatMap(([term, text]) => (text === undefined ? [] : [{ term, lines: [text] }])),
  { compact: true },
)}`;
}

function verdict(audit: Audit): Html {
  const { overallTag, claims, architectures, verdicts, subject } = audit;
  if (overallTag === undefined) {
    if (architectures.length > 1)
      return markup`Holds native files for ${architectures.join(', ')}: no one tag fits.`;
    return subject.natives.length === 0
      ? markup`Holds no native file: it runs on any platform.`
      : markup`Holds nothing that a Linux loader loads.`;
  }
  const broken = claims.filter(({ holds }) => holds === false).map(({ tag }) => tag);
  const isMet = verdicts.some(({ tag }) => tag === overallTag);
  const meets = isMet
    ? markup`Meets ${breakable(overallTag)}.`
    : markup`Meets no baseline, only ${breakable(overallTag)}.`;
  if (broken.length > 0)
    return markup`<span class="bad">${breakable(broken.join(', '))} ${broken.length === 1 ? 'does' : 'do'} not hold.</span> ${meets}`;
  const held = claims.some(({ holds }) => holds === true);
  return markup`${meets}${held && markup` <span class="good">Every claim holds.</span>`}`;
}

function facts(audit: Audit): readonly (readonly [string, Html | string | undefined])[] {
  const { subject, aliases, symbolTag, overallTag, architecture, libc } = audit;
  const bytes = subject.natives.reduce((sum, { size }) => sum + size, 0);
  const tags = subject.tags?.platforms ?? [];
  const machine = [architecture, libc].filter((word) => word !== undefined).join(', ');
  return [
    ['claims', tags.length === 0 ? undefined : breakable(tags.join(', '))],
    ['also called', aliases.length === 0 ? undefined : breakable(aliases.join(', '))],
    [
      'by symbols alone',
      symbolTag === undefined || symbolTag === overallTag ? undefined : breakable(symbolTag),
    ],
    ['a repair', repair(audit)],
    [
      'native files',
      subject.natives.length === 0
        ? undefined
        : `${subject.natives.length}, ${formatBytes(bytes)}${machine === '' ? '' : `, ${machine}`}`,
    ],
  ];
}

function repair({ graft, repairTag, overallTag, externalLibraries }: Audit): Html | undefined {
  const lacking = externalLibraries.flatMap(({ name, resolvedPath }) =>
    resolvedPath === undefined ? [name] : [],
  );
  if (lacking.length > 0)
    return markup`needs ${counted(lacking.length, 'library', 'libraries')} that ${lacking.length === 1 ? 'was' : 'were'} not found: ${breakable(few(lacking))}`;
  if (repairTag === undefined || repairTag === overallTag) return undefined;
  const libraries = graft?.libraries ?? [];
  const bytes = libraries.reduce((sum, { size }) => sum + size, 0);
  return markup`would reach ${breakable(repairTag)}${libraries.length > 0 && `, taking in ${counted(libraries.length, 'library', 'libraries')}, ${formatBytes(bytes)}`}`;
}
