/**
 * A recipe brought to another version: PKG_VERSION and PKG_HASH change, PKG_RELEASE begins again, and everything else stays
 * byte for byte. What the new sdist depends on is compared with what the recipe says.
 */
import { packageName, projectName } from '../names.ts';
import { importRecipe, splitWords } from '../import/index.ts';
import { parseMakefile, type Assignment, type Statement } from '../makefile/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { deriveRecipe, type RecipeOptions } from './derive.ts';
import { addAssignment, changeAssignment } from './edit-makefile.ts';
import type { SdistSubject } from './sdist-subject.ts';
import { nameNotes, notesOf } from './update-notes.ts';
import { isInterpreter } from './two-interpreters.ts';
import { usedUndeclared } from './used-undeclared.ts';
import { addBuildDepends } from './write-build-depends.ts';

export interface VariableChange {
  readonly name: string;
  readonly line: number;
  /** Undefined: it was not set, and stands on a line of its own now. */
  readonly from?: string;
  readonly to: string;
}

/** What the package of the recipe says, against what the new sdist tells. */
export interface DependsChange {
  readonly package: string;
  /** In the sdist and not in the recipe. */
  readonly missing: readonly string[];
  /** In the recipe, of Python, and not in the sdist; a maintainer may know why. */
  readonly superfluous: readonly string[];
  /** What is not for an sdist to tell: libraries, conditions, other programs. */
  readonly kept: readonly string[];
  readonly before: readonly string[];
  /** Every word of the recipe that is not superfluous, in its order, and then what is missing. */
  readonly proposed: readonly string[];
  /** Whether the recipe has one DEPENDS of the package that can be written. */
  readonly canWrite: boolean;
}

export interface RecipeUpdate {
  /** Of the Makefile, changed. */
  readonly text: string;
  readonly changes: readonly VariableChange[];
  readonly depends: readonly DependsChange[];
  /** The same for PKG_BUILD_DEPENDS, as host recipes. */
  readonly buildDepends: {
    readonly missing: readonly string[];
    readonly superfluous: readonly string[];
  };
  /** What else is no longer so: the licence, the name of the file. */
  readonly notes: readonly string[];
  readonly todo: readonly string[];
}

export interface UpdateOptions extends RecipeOptions {
  /** Of the Makefile, for errors. */
  readonly path: string;
  /** The proposed DEPENDS and what PKG_BUILD_DEPENDS lacks are written, too. */
  readonly writeDepends: boolean;
}

/**
 * Plans the update of a recipe to an sdist.
 * @throws WheelworksError `recipe/other-project` when the sdist is not of the recipe's project, `recipe/not-plain` when
 *   PKG_VERSION or PKG_HASH is not set once, by itself; as `importRecipe` and `deriveRecipe`.
 */
export async function updateRecipe(
  text: string,
  subject: SdistSubject,
  options: UpdateOptions,
): Promise<RecipeUpdate> {
  const { definition } = importRecipe(text, { path: options.path });
  const project = definition.source.pypi ?? projectName(definition.package[0]?.name ?? '');
  const given = subject.metadata.name ?? subject.filename.name;
  if (project === undefined || packageName(project) !== packageName(given))
    throw new WheelworksError('recipe/other-project', 'The sdist is not of the recipe.', {
      path: options.path,
      evidence: `the recipe is of ${project ?? definition.recipe.name}, the sdist of ${given}`,
    });
  const derived = await deriveRecipe(subject, { ...options, twoInterpreters: false });
  const edits: Record<string, string> = {
    PKG_VERSION: subject.filename.versionText,
    PKG_HASH: subject.sha256,
    ...(definition.source['source-name'] === undefined ||
    definition.source['source-name'] === subject.filename.name
      ? {}
      : { PYPI_SOURCE_NAME: subject.filename.name }),
  };
  if (/^\d+$/.test(definition.recipe.release ?? '')) edits['PKG_RELEASE'] = '1';
  let updated = text;
  const changes: VariableChange[] = [];
  for (const [name, to] of Object.entries(edits)) {
    const statement = onlyAssignment(
      parseMakefile(updated, options.path).statements,
      name,
      options.path,
    );
    if (statement.value.trim() === to) continue;
    changes.push({ name, line: statement.line, from: statement.value.trim(), to });
    updated = changeAssignment(updated, { line: statement.line, name, to });
  }
  const sourceName = newSourceName(definition, subject, updated);
  if (sourceName !== undefined) {
    updated = addAssignment(updated, { ...sourceName, after: sourceName.line });
    changes.push({ ...sourceName, line: sourceName.line + 1 });
  }
  const wanted = derived.definition.package[0]?.depends ?? [];
  const used = derived.dependencies === undefined ? [] : usedUndeclared(derived.dependencies);
  const depends = definition.package
    .filter(({ interpreter }) => interpreter === 'python3')
    .slice(0, 1)
    .map((each) => compareDepends(each.name, each.depends, { wanted, used, text: updated }));
  if (options.writeDepends)
    for (const each of depends)
      if (each.canWrite && each.proposed.join(' ') !== each.before.join(' '))
        updated = changeAssignment(updated, {
          line: dependsLine(updated, each.package) ?? 1,
          name: 'DEPENDS',
          to: each.proposed,
        });
  const buildDepends = compareBuild(definition, derived.definition.build.depends);
  if (options.writeDepends && buildDepends.missing.length > 0)
    updated = addBuildDepends(updated, buildDepends.missing) ?? updated;
  return {
    text: updated,
    changes,
    depends,
    buildDepends,
    notes: [
      ...notesOf(definition, derived.definition),
      ...(sourceName === undefined ? nameNotes(definition, derived.definition) : []),
    ],
    todo: derived.todo.filter((each) => /^(?:DEPENDS|PKG_BUILD_DEPENDS|PKG_VERSION)/.test(each)),
  };
}

/**
 * Without PYPI_SOURCE_NAME the file is looked for under the name of the project, where it no longer is since PEP 625.
 * Undefined where nothing is to be added, or PYPI_NAME has no one place to add it behind.
 */
function newSourceName(
  { source }: Definition,
  { filename }: SdistSubject,
  text: string,
): { name: string; line: number; to: string } | undefined {
  const isSaid = source['source-name'] !== undefined || source.file !== undefined;
  if (isSaid || source.pypi === undefined || source.pypi === filename.name) return undefined;
  const found = parseMakefile(text, '').statements.filter(
    (each) => each.kind === 'assignment' && each.name === 'PYPI_NAME',
  );
  const [only] = found;
  return found.length === 1 && only !== undefined
    ? { name: 'PYPI_SOURCE_NAME', line: only.line, to: filename.name }
    : undefined;
}

function onlyAssignment(statements: readonly Statement[], name: string, path: string): Assignment {
  const found = statements.filter(
    (each): each is Assignment => each.kind === 'assignment' && each.name === name,
  );
  const [only] = found;
  if (found.length === 1 && only !== undefined && !only.value.includes('$')) return only;
  throw new WheelworksError('recipe/not-plain', `${name} is not one plain value.`, {
    path,
    evidence:
      found.map(({ raw }) => raw.trim()).join('\n') || 'it is not set at the top of the file',
    hint: `Change ${name} by hand; the other commands do not need it.`,
  });
}

function compareDepends(
  name: string,
  before: readonly string[],
  {
    wanted,
    used,
    text,
  }: {
    readonly wanted: readonly string[];
    readonly used: Iterable<string>;
    readonly text: string;
  },
): DependsChange {
  const targetOf = (word: string): string => word.replace(/^\+/, '');
  const has = new Set(before.map((word) => targetOf(word).replace(/^.*:/, '')));
  // The meta package has every part of the interpreter.
  const isMet = (word: string): boolean =>
    has.has(targetOf(word)) || (has.has('python3') && isInterpreter(targetOf(word)));
  const missing = wanted.filter((word) => !isMet(word));
  const kept = before.filter((word) => !/^\+python3(?:$|-)/.test(word));
  const needed = new Set([...wanted, '+python3-light', ...[...used].map((each) => `+${each}`)]);
  const superfluous = before.filter((word) => word.startsWith('+python3-') && !needed.has(word));
  return {
    package: name,
    missing,
    superfluous,
    kept,
    before,
    proposed: [...before.filter((word) => !superfluous.includes(word)), ...missing],
    canWrite: dependsLine(text, name) !== undefined,
  };
}

/** Recipes for the building machine alone have no use for it. */
function compareBuild(
  { build }: Definition,
  after: readonly string[],
): { missing: string[]; superfluous: string[] } {
  if (build['host-only']) return { missing: [], superfluous: [] };
  const before = build.depends;
  return {
    missing: after.filter((word) => !before.includes(word)),
    superfluous: before.filter((word) => /^py.*\/host$/.test(word) && !after.includes(word)),
  };
}

/** Of the one plain DEPENDS inside `define Package/NAME`, in the file; undefined when there is not exactly one. */
function dependsLine(text: string, name: string): number | undefined {
  const define = parseMakefile(text, '').statements.find(
    (each) => each.kind === 'define' && each.name === `Package/${name}`,
  );
  if (define?.kind !== 'define') return undefined;
  const inside = parseMakefile(define.body, '').statements;
  const sets = inside.filter((each) => each.kind === 'assignment' && each.name === 'DEPENDS');
  const [only] = sets;
  if (sets.length !== 1 || only?.kind !== 'assignment' || only.operator === '+=') return undefined;
  return splitWords(only.value).length === 0 ? undefined : define.line + only.line;
}

type Definition = ReturnType<typeof importRecipe>['definition'];
