/**
 * A recipe of the feed as a definition: what its Makefile does is told by `evaluateMakefile`; here each thing finds its key.
 * What has none is left verbatim, with its line.
 */
import { WheelworksError } from '../../support/errors.ts';
import {
  definitionOf,
  usualIncludes,
  usualPlace,
  type RecipeDefinition,
} from '../definition/index.ts';
import {
  evaluateMakefile,
  parseMakefile,
  type Evaluation,
  type MakeEvent,
  type Makefile,
} from '../makefile/index.ts';
import { headIncludes } from './includes.ts';
import { importPackages, isPackagePart } from './packages.ts';
import { importVariables } from './variables.ts';

export interface ImportOptions {
  /** Of the Makefile, for errors. */
  readonly path: string;
  /** Files beside the Makefile by their path in `include`, when it includes some (`./files/python3-package-*.mk`). */
  readonly included?: ReadonlyMap<string, readonly string[]>;
  /** Names of the files in `patches`, in order. */
  readonly patches?: readonly string[];
}

/** Something of the Makefile that the definition does not have. */
export interface ImportNote {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export interface ImportedRecipe {
  readonly definition: RecipeDefinition;
  /** What was left as it stands; the same as the definition's `verbatim`. */
  readonly verbatim: readonly ImportNote[];
  /** Comments after the header, which a definition has no place for: the lines they stand on. */
  readonly comments: readonly number[];
  /** Where each package is defined, by name. */
  readonly packageLines: ReadonlyMap<string, number>;
}

/**
 * Reads a recipe.
 * @throws WheelworksError `recipe/no-recipe` for a Makefile without PKG_NAME or packages, `recipe/expansion-too-large`,
 *   `recipe/bad-definition` where its values cannot be those of a recipe.
 */
export function importRecipe(text: string, options: ImportOptions): ImportedRecipe {
  const makefile = parseMakefile(text, options.path);
  const evaluation = evaluateMakefile(withIncluded(makefile, options.included ?? new Map()));
  const { header, comments } = remarksOf(makefile);
  const packages = importPackages(evaluation);
  requireRecipe(evaluation, packages.tables.length, options.path);
  const includes = headIncludes(evaluation);
  const values = importVariables(evaluation, includes);
  const steps = evaluation.events.flatMap((event) => stepOf(event));
  const verbatim = [...evaluation.events.flatMap(verbatimOf), ...packages.verbatim].sort(
    (one, other) => one.line - other.line,
  );
  const kept = [
    ...packages.tables.flatMap((each) => [each['install'], each['package-install']]),
    ...values.texts,
    ...steps.map((step) => step.text),
  ].filter((each) => typeof each === 'string');
  const definition = withUsualIncludes(
    definitionOf(
      {
        ...values.tables,
        recipe: { ...values.tables.recipe, header },
        source: { ...values.tables.source, patches: options.patches ?? [] },
        build: {
          ...values.tables.build,
          host: isHost(evaluation),
          'includes-first': includes.first,
          includes: includes.rest,
        },
        place: [...values.places].map(([after, variables]) => ({ after, variables })),
        package: packages.tables,
        step: steps,
        function: functionsOf(evaluation, kept, text),
        verbatim,
      },
      options.path,
    ),
  );
  return { definition, verbatim, comments, packageLines: packages.lines };
}

function requireRecipe({ scope, events }: Evaluation, packages: number, path: string): void {
  const isNamed = scope.get('PKG_NAME') !== undefined;
  const isHost = events.some((event) => event.kind === 'call' && event.name === 'HostBuild');
  if (isNamed && (packages > 0 || isHost)) return;
  const open = events.find((event) => event.kind === 'verbatim' && UNCLOSED.test(event.reason));
  const missing = isNamed ? 'nothing calls BuildPackage or HostBuild' : 'PKG_NAME is not set';
  throw new WheelworksError('recipe/no-recipe', `${path} is no recipe of a package.`, {
    path,
    evidence: open?.kind === 'verbatim' ? `line ${open.line}: ${open.reason}\n${missing}` : missing,
    hint:
      open === undefined
        ? 'Give the Makefile of one folder of a feed.'
        : 'Close it: make reads nothing of what stands behind it.',
  });
}

/** Said of blocks that swallow the rest of a file. */
const UNCLOSED = /^(?:define without endef|a conditional without endif)$/;

/** Files beside the Makefile take the place of the `include` that names them. */
function withIncluded(
  makefile: Makefile,
  included: ReadonlyMap<string, readonly string[]>,
): Makefile {
  const statements = makefile.statements.flatMap((statement) => {
    if (statement.kind !== 'include') return [statement];
    const texts = statement.paths.flatMap((path) => included.get(path) ?? []);
    if (texts.length === 0) return [statement];
    const others = statement.paths.filter((path) => !included.has(path));
    return [
      ...texts.flatMap((text) =>
        parseMakefile(text, makefile.path).statements.map((each) => ({
          ...each,
          line: statement.line,
        })),
      ),
      ...(others.length === 0 ? [] : [{ ...statement, paths: others }]),
    ];
  });
  return { ...makefile, statements };
}

/** The comment at the top, and the lines of those further down. */
function remarksOf({ statements }: Makefile): { header: string; comments: number[] } {
  const header: string[] = [];
  const comments: number[] = [];
  let isTop = true;
  for (const statement of statements) {
    const isComment = statement.kind === 'remark' && statement.raw.trim() !== '';
    if (!isComment) {
      isTop &&= statement.kind === 'remark' && header.length === 0;
      continue;
    }
    if (isTop) header.push(statement.raw.trimEnd().replace(/^#+ ?/, ''));
    else comments.push(statement.line);
  }
  return { header: header.join('\n').replace(/^\n+|\n+$/g, ''), comments };
}

/** Includes and places that the writer would write anyway are not said. */
function withUsualIncludes(definition: RecipeDefinition): RecipeDefinition {
  const { build, place } = definition;
  const unusual = place.flatMap(({ after, variables }) => {
    const own = variables.filter((name) => usualPlace(name, definition) !== after);
    return own.length === 0 ? [] : [{ after, variables: own }];
  });
  const usual = usualIncludes({ ...definition, build: { ...build, includes: [] } });
  if (JSON.stringify(usual) !== JSON.stringify(build.includes))
    return { ...definition, place: unusual };
  return { ...definition, place: unusual, build: { ...build, includes: [] } };
}

function isHost({ events }: Evaluation): boolean {
  return events.some(
    (event) => event.kind === 'call' && event.name === 'HostBuild' && event.when.length === 0,
  );
}

const STEP = /^(?:Build|Host|PyBuild|Py3Build|PyHost|Py3Host)\/[\w./-]+$/;

interface Piece {
  readonly name: string;
  readonly text: string;
  readonly when: readonly string[];
}

function stepOf(event: MakeEvent): Piece[] {
  if (event.kind === 'define' && STEP.test(event.name))
    return [{ name: event.name, text: event.body, when: event.when }];
  if (event.kind === 'set' && STEP.test(event.name) && event.operator !== '+=')
    return [{ name: event.name, text: event.value, when: event.when }];
  return [];
}

/**
 * Functions that something kept still calls, and those that no one calls here: they replace one of the build system.
 * Templates that were carried out are in the packages that they made.
 */
function functionsOf({ events }: Evaluation, kept: readonly string[], whole: string): Piece[] {
  const pieces = new Map<string, Piece>();
  for (const event of events)
    if (event.kind === 'define' && !STEP.test(event.name) && !isPackagePart(event.name, events))
      pieces.set(event.name, { name: event.name, text: event.body, when: event.when });
  const texts = [...kept];
  const needed = new Set<string>();
  for (;;) {
    const found = [...pieces.values()].filter(
      ({ name }) => !needed.has(name) && texts.some((text) => isCalledIn(name, text)),
    );
    if (found.length === 0) break;
    for (const { name, text } of found) {
      needed.add(name);
      texts.push(text);
    }
  }
  return [...pieces.values()].filter(({ name }) => needed.has(name) || !isCalledIn(name, whole));
}

function isCalledIn(name: string, text: string): boolean {
  return [`$(call ${name},`, `$(call ${name})`, `$(${name})`].some((call) => text.includes(call));
}

/** The functions of the build system that a recipe calls, each of which the definition says otherwise. */
const KNOWN_CALLS = new Set(['BuildPackage', 'Py3Package', 'PyPackage', 'HostBuild']);

function verbatimOf(event: MakeEvent): ImportNote[] {
  const { line } = event;
  switch (event.kind) {
    case 'verbatim':
      return [{ line, text: event.text, reason: event.reason }];
    case 'rule':
      return [
        {
          line,
          text: [
            `${event.targets}: ${event.prerequisites}`,
            ...event.recipe.map((each) => `\t${each}`),
          ].join('\n'),
          reason: 'a rule, which recipes have no place for',
        },
      ];
    case 'call': {
      const text = `$(eval $(call ${[event.name, ...event.values].join(',')}))`;
      if (!KNOWN_CALLS.has(event.name))
        return [{ line, text, reason: `${event.name} is not defined here` }];
      return event.name === 'HostBuild' && event.when.length > 0
        ? [{ line, text, reason: `only where ${event.when.join(' and ')}` }]
        : [];
    }
    case 'include':
      return event.when.length === 0
        ? []
        : [
            {
              line,
              text: `include ${event.path}`,
              reason: `only where ${event.when.join(' and ')}`,
            },
          ];
    case 'set':
    case 'define':
      return [];
  }
}
