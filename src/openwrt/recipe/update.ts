/**
 * A recipe brought to another version: PKG_VERSION and PKG_HASH change, PKG_RELEASE begins again, and everything else stays
 * byte for byte, but for what is done of the TODO at the top. What the new sdist depends on is compared with what the recipe says.
 */
import { packageName, projectName } from '../names.ts';
import { importRecipe } from '../import/index.ts';
import { parseMakefile, type Assignment, type Statement } from '../makefile/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { blindSpots } from './blind-spots.ts';
import { compareDepends, dependsLine, type DependsChange } from './compare-depends.ts';
import { dataNotes } from './data-filespec.ts';
import { deriveRecipe, type RecipeOptions } from './derive.ts';
import { addAssignment, changeAssignment } from './edit-makefile.ts';
import type { SdistSubject } from './sdist-subject.ts';
import { updateTodoBlock } from './todo-block.ts';
import { ageNotes, nameNotes, notesOf } from './update-notes.ts';
import { usedUndeclared } from './used-undeclared.ts';
import { addBuildDepends } from './write-build-depends.ts';

export interface VariableChange {
  readonly name: string;
  readonly line: number;
  /** Undefined: it was not set, and stands on a line of its own now. */
  readonly from?: string;
  readonly to: string;
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
    /** What is missing is in the text now. */
    readonly written: boolean;
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
  const depends = compareDepends(definition.package, {
    wanted: derived.definition.package[0]?.depends ?? [],
    used: usedUndeclared(subject, options, derived.dependencies),
    unknown: blindSpots(subject, options, derived.dependencies),
    write: options.writeDepends,
    asked: { requires: subject.requires, extras: options.extras },
    text: updated,
  });
  for (const each of depends)
    if (each.written)
      updated = changeAssignment(updated, {
        line: dependsLine(updated, each.package) ?? 1,
        name: 'DEPENDS',
        to: each.proposed,
      });
  const hasCpe = definition.recipe['cpe-id'] !== undefined;
  const { removed, added, ...block } = updateTodoBlock(updated, {
    todo: derived.todo.filter((each) => !hasCpe || !each.startsWith('PKG_CPE_ID')),
    hasImports: derived.dependencies !== undefined,
    isWritten: depends.every(
      ({ missing, canWrite }) => missing.length === 0 || (options.writeDepends && canWrite),
    ),
  });
  updated = block.text;
  const buildDepends = compareBuild(definition, derived.definition.build.depends);
  const withBuild =
    options.writeDepends && buildDepends.missing.length > 0
      ? addBuildDepends(updated, buildDepends.missing)
      : undefined;
  updated = withBuild ?? updated;
  return {
    text: updated,
    changes,
    depends,
    buildDepends: { ...buildDepends, written: withBuild !== undefined },
    notes: [
      ...ageNotes(definition.recipe.version, subject.filename.versionText),
      ...removed.map((each) => `no longer so, and gone from the TODO at the top: ${each}`),
      ...added.map((each) => `new in the TODO at the top: ${each}`),
      ...notesOf(definition, derived.definition),
      ...dataNotes(definition, subject.data),
      ...(sourceName === undefined ? nameNotes(definition, derived.definition) : []),
    ],
    todo: derived.todo.filter((each) =>
      /^(?:DEPENDS|PKG_BUILD_DEPENDS|PKG_VERSION|filespec)/.test(each),
    ),
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

/** Recipes for the building machine alone have no use for it, nor have those of the days of Python 2. */
function compareBuild(
  { build, package: packages }: Definition,
  after: readonly string[],
): { missing: string[]; superfluous: string[] } {
  if (build['host-only'] || packages.some(({ interpreter }) => interpreter === 'python2'))
    return { missing: [], superfluous: [] };
  const before = build.depends;
  return {
    missing: after.filter((word) => !before.includes(word)),
    superfluous: before.filter((word) => /^py.*\/host$/.test(word) && !after.includes(word)),
  };
}

type Definition = ReturnType<typeof importRecipe>['definition'];
