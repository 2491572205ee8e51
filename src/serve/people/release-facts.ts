/** The facts of a release in short lines. */
import { entries, markup, type Html, type HtmlValue, type PageEntry } from '../../pages/index.ts';
import type { FormEntry } from '../../packaging/index.ts';
import type { StoredProject } from '../state.ts';
import { addressesOf, fieldOf, fieldsOf } from './form-facts.ts';
import { installCommand } from './install.ts';
import type { Site } from './model.ts';
import type { ShownRelease } from './project-releases.ts';
import { moment, outerLink, separated, shortened } from './words.ts';

/** Whose facts. */
export interface ReleaseFacts {
  readonly site: Site;
  readonly project: StoredProject;
  readonly release: ShownRelease;
  /** It is what users get without asking for it. */
  readonly isNewest: boolean;
}

/** How to install it, and what its metadata says of it. */
export function releaseFacts({ site, project, release, isNewest }: ReleaseFacts): Html {
  const { metadata, created, files } = release;
  const isGot = isNewest && !release.isPrerelease && !release.isYanked;
  const isOffered = project.status?.status !== 'quarantined' && files.length > 0;
  const install = installCommand(site, project.name, isGot ? undefined : release);
  const requires =
    fieldOf(metadata, 'requires_python') ??
    files.find((file) => file.requiresPython)?.requiresPython;
  const links = addressesOf(metadata).map(({ label, address }) => outerLink(label, address));
  return entries(
    [
      ...(isOffered
        ? [{ term: 'Install', lines: [markup`<code class="copy">${install}</code>`] }]
        : []),
      ...fact('Python', requires),
      ...fact('Licence', licence(metadata)),
      ...fact('Author', person(metadata, 'author')),
      ...fact('Maintainer', person(metadata, 'maintainer')),
      ...(links.length === 0 ? [] : [{ term: 'Links', lines: [separated(links)] }]),
      ...fact('Keywords', fieldOf(metadata, 'keywords')),
      ...fact('Extras', fieldsOf(metadata, 'provides_extra').join(', ')),
      { term: 'Uploaded', lines: [markup`${moment(created)}${uploader(release)}`] },
      ...classifiers(metadata),
    ],
    { compact: true },
  );
}

function fact(term: string, text: string | undefined): readonly PageEntry[] {
  return text === undefined || text === '' ? [] : [{ term, lines: [shortened(text, LONGEST)] }];
}

const LONGEST = 300;

/** The expression; where there is none, the first line of the text, which may be a whole licence. */
function licence(metadata: readonly FormEntry[]): string | undefined {
  const expression = fieldOf(metadata, 'license_expression');
  if (expression !== undefined) return expression;
  const text = fieldOf(metadata, 'license');
  if (text !== undefined) return shortened(text.split('\n', 1)[0] ?? '', 100);
  const classifier = fieldsOf(metadata, 'classifiers').find((each) =>
    each.startsWith('License ::'),
  );
  return classifier?.split(' :: ').at(-1);
}

function person(metadata: readonly FormEntry[], role: 'author' | 'maintainer'): string | undefined {
  const texts = [fieldOf(metadata, role), fieldOf(metadata, `${role}_email`)];
  const known = texts.filter((text) => text !== undefined);
  return known.length === 0 ? undefined : known.join(', ');
}

function uploader({ files }: ShownRelease): string {
  const names = [...new Set(files.map(({ uploader: name }) => name))];
  if (names.length === 0) return '';
  return names.length > 3 ? ` by ${names.length} senders` : ` by ${names.join(', ')}`;
}

function classifiers(metadata: readonly FormEntry[]): readonly PageEntry[] {
  const all = fieldsOf(metadata, 'classifiers');
  if (all.length === 0) return [];
  const list: HtmlValue = markup`<details><summary>${all.length} of them</summary><ul>${all.map((each) => markup`<li>${shortened(each, LONGEST)}</li>`)}</ul></details>`;
  return [{ term: 'Classifiers', lines: [list] }];
}
