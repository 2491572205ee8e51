/** What a release depends on. */
import { normalizeName, parseRequirement, type FormEntry } from '../../packaging/index.ts';
import { entries, markup, type Html } from '../../pages/index.ts';
import type { IndexState } from '../state.ts';
import { fieldsOf } from './form-facts.ts';
import type { Site } from './model.ts';
import { projectPath } from './site-page.ts';

/** Its requirements: those of every user first, then by extra. */
export function dependencyList(
  site: Site,
  state: Pick<IndexState, 'projects'>,
  metadata: readonly FormEntry[],
): Html {
  const groups = new Map<string, Html[]>();
  for (const text of fieldsOf(metadata, 'requires_dist')) {
    const extra = /\bextra\s*==\s*["']([^"']+)["']/.exec(text)?.[1] ?? '';
    const group = groups.get(extra) ?? [];
    groups.set(extra, group);
    group.push(requirement(site, state, text));
  }
  const always = groups.get('') ?? [];
  groups.delete('');
  return entries([
    ...(always.length === 0 ? [] : [{ term: 'Always', lines: always }]),
    ...[...groups].map(([extra, lines]) => ({ term: markup`With <code>[${extra}]</code>`, lines })),
  ]);
}

/** The name leads to the project where this index has it. */
function requirement(site: Site, { projects }: Pick<IndexState, 'projects'>, text: string): Html {
  const name = nameOf(text);
  if (name === undefined || !text.startsWith(name) || !projects.has(normalizeName(name)))
    return markup`<code>${text}</code>`;
  return markup`<code><a href="${projectPath(site, normalizeName(name))}">${name}</a>${text.slice(name.length)}</code>`;
}

function nameOf(text: string): string | undefined {
  try {
    return parseRequirement(text).name;
  } catch {
    return undefined;
  }
}
