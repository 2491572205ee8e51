/**
 * Names in options that nothing stands for: extras that the project does not have, placeholders that are not replaced.
 * cibuildwheel passes them over, as pip does unknown extras, so that they stop no plan; they are told.
 */
import { normalizeName } from '../packaging/index.ts';
import type { OptionTables, Project } from '../project/index.ts';
import { closestName } from '../support/closest-name.ts';
import type { PlannedJob, UnhonouredOption } from './model.ts';

/** What to look through: the jobs of one package, and the tables that their options are from. */
export interface MistakesRequest {
  readonly project: Project;
  readonly jobs: readonly PlannedJob[];
  readonly tables: readonly OptionTables[];
}

/** What seems to be a mistake, each once however many jobs have it. */
export function mistakesIn({
  project,
  jobs,
  tables,
}: MistakesRequest): readonly UnhonouredOption[] {
  const found = jobs.flatMap((job) => {
    const place = (option: string): string => placesOf(job.optionsFrom?.[option] ?? [], tables);
    return [...unknownExtras(project, job), ...unknownPlaceholders(job)].map((each) => ({
      ...each,
      where: place(each.option),
    }));
  });
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

type Mistake = Omit<UnhonouredOption, 'where'>;

function unknownExtras({ extras }: Project, { options }: PlannedJob): readonly Mistake[] {
  if (extras === undefined) return [];
  return options.testExtras
    .filter((name) => !extras.includes(normalizeName(name)))
    .map((name) => ({
      code: 'plan/unknown-extra',
      option: 'test-extras',
      reason: `the project has no extra ${name}${meant(closestName(normalizeName(name), extras))}`,
    }));
}

const PATHS = ['project', 'package'];

/** What each command may name (cibuildwheel 4.2, docs/options.md); `ldpaths` and `delocate_archs` are those of its own repair. */
const PLACEHOLDERS: readonly (readonly [option: string, names: readonly string[]])[] = [
  ['before-all', PATHS],
  ['before-build', PATHS],
  ['repair-wheel-command', [...PATHS, 'wheel', 'dest_dir', 'delocate_archs', 'ldpaths']],
  ['before-test', PATHS],
  ['test-command', [...PATHS, 'wheel']],
  ['config-settings', PATHS],
];

function unknownPlaceholders({ options }: PlannedJob): readonly Mistake[] {
  const texts: Readonly<Record<string, string>> = {
    'before-all': options.beforeAll,
    'before-build': options.beforeBuild,
    'repair-wheel-command': options.repairCommand ?? '',
    'before-test': options.beforeTest,
    'test-command': options.testCommand,
    'config-settings': Object.values(options.configSettings).flat().join('\n'),
  };
  return PLACEHOLDERS.flatMap(([option, names]) =>
    // ${name} is the shell's, #{name} a text of the project's own.
    [...(texts[option] ?? '').matchAll(/(?<![$#{])\{([A-Za-z_-]+)\}/g)].flatMap(([, name = '']) => {
      if (names.includes(name)) return [];
      const isKnown = PLACEHOLDERS.some(([, others]) => others.includes(name));
      const near = closestName(name, names);
      // Other words in braces are a shell's, or a program's that it runs: awk '{print}'.
      if (!isKnown && near === undefined) return [];
      return [
        {
          code: 'plan/unknown-placeholder' as const,
          option,
          reason: `{${name}} is not replaced${meant(near === undefined ? undefined : `{${near}}`)}`,
        },
      ];
    }),
  );
}

function meant(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`;
}

/** Places as those of other options: the file with its table, or what has no file. */
function placesOf(from: readonly string[], tables: readonly OptionTables[]): string {
  return from
    .map((place) => {
      const table = tables.find(({ where }) => place === where || place.startsWith(`${where}.`));
      return table === undefined ? place : `${table.path} [${place}]`;
    })
    .join(', ');
}
