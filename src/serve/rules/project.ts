/**
 * Projects: names that a new one may have, and who may upload to one that is there.
 *
 * Rules: warehouse `packaging/services.py`, `packaging/models.py` and `forklift/legacy.py`, 6b6215712 (2026-08). Its limit of
 * new projects per hour, and what it asks of accounts (an address, a second factor, an organisation in good standing), have
 * nothing to be judged by here.
 */
import { isStandardLibraryName } from '../../check/index.ts';
import { normalizeName } from '../../packaging/index.ts';
import type { Identity, IndexState, StoredProject } from '../state.ts';
import type { RuleContext, Violation } from './model.ts';
import { violation } from './table.ts';
import { shown } from './text.ts';

/** What speaks against this sender uploading to a project of this name, which is a valid one. */
export function projectViolations(name: string, context: RuleContext): readonly Violation[] {
  const isNew = !context.state.projects.has(normalizeName(name));
  return [
    ...(isNew ? newProjectViolations(name, context) : []),
    ...permissionViolations(name, context),
  ];
}

function newProjectViolations(
  name: string,
  { state, identity, isRegistrationOff = false }: RuleContext,
): readonly Violation[] {
  const normalized = normalizeName(name);
  const values = { project: shown(name) };
  const violations: Violation[] = [];
  if (identity?.publisher !== undefined)
    violations.push(
      violation('publisher-new-project', {
        values,
        hint: 'Reserve the name for the publisher, or correct the name in either place.',
      }),
    );
  if (isRegistrationOff) violations.push(violation('registration-off'));
  if (isStandardLibraryName(normalized))
    violations.push(violation('name-of-standard-library', { values }));
  if (state.prohibitedNames.has(normalized))
    violations.push(violation('name-prohibited', { values }));
  const similar = similarProject(name, state);
  if (similar !== undefined)
    violations.push(violation('name-too-similar', { values, evidence: similar }));
  return violations;
}

function similarProject(name: string, { projects }: IndexState): string | undefined {
  const folded = foldName(name);
  for (const project of projects.values())
    if (foldName(project.name) === folded) return project.name;
  return undefined;
}

/** Equal for names that people take for each other: without separators, `l`, `i` and `1` alike, `o` and `0` alike. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[._-]/g, '').replaceAll(/[li]/g, '1').replaceAll('o', '0');
}

/** Who may upload to the project, if anybody may; of nobody known, nothing is said. */
export function permissionViolations(
  name: string,
  { state, identity }: Pick<RuleContext, 'state' | 'identity'>,
): readonly Violation[] {
  if (identity === undefined) return [];
  const project = state.projects.get(normalizeName(name));
  const values = { project: shown(project?.name ?? name), who: describe(identity) };
  const violations: Violation[] = [];
  if (!isAllowed(normalizeName(name), project, identity))
    violations.push(
      violation('not-allowed', {
        values,
        hint: 'Use a token of an owner of the project, and one that is not for other projects.',
      }),
    );
  const { status, reason } = project?.status ?? {};
  const told = { values, evidence: reason };
  if (status === 'archived') violations.push(violation('project-archived', told));
  if (status === 'quarantined' && identity.publisher !== undefined)
    violations.push(violation('project-quarantined', told));
  return violations;
}

function describe({ name, publisher }: Identity): string {
  return publisher === undefined ? `The user '${shown(name)}'` : 'The given token';
}

/** A publisher is allowed what it was registered for; a token what it is for, of projects that its owner has. */
function isAllowed(
  normalized: string,
  project: StoredProject | undefined,
  { name, projects, publisher }: Identity,
): boolean {
  if (projects !== undefined && !projects.includes(normalized)) return false;
  if (project === undefined || publisher !== undefined) return true;
  return project.owners.includes('*') || project.owners.includes(name);
}
