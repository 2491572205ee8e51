import { join, resolve } from 'node:path';
import type { PromoteSettings, PromotionPlan } from '../../promote/index.ts';
import { openCache } from '../../support/cache.ts';
import { planned } from '../check-inputs.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { expandInputs } from '../inputs.ts';
import { unusedNotes, watchPatterns, type WatchedPatterns } from '../pattern-use.ts';
import {
  promotionPlanDocument,
  promotionWords,
  renderPromoted,
  renderPromotionPlan,
} from '../render/promote.ts';
import { interpreterSearch } from '../search-environment.ts';
import { sourceDate } from '../source-date.ts';
import { TOOL_VERSION } from '../version.ts';

export const command: RunnableCommand = defineCommand({
  name: 'promote',
  summary: 'turn a tested set of release candidates into the release',
  description: `Makes the release of a set of candidates: rc wheels and sdists of one or several packages become final ones, as one transform. Changed are the version in metadata, names of files and folders, RECORD, requirements on members of the set, bills of materials, version files, and text files that are declared with --rewrite. Everything else is copied as it is, still compressed. A set that a wheel was split into is joined, promoted as that wheel, and split again with the same limit.

Every other place that still says the candidate's version is reported, in native files too, and keeps the set from being promoted unless it is allowed by name.

The set is written whole into a new folder, installed from there into fresh environments and tried. promotion.json beside it says so; wheelworks publish refuses a set that was not tested or was changed since.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, sdists, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    to: {
      flags: '--to <target>',
      description: 'final, post, postN, or a version such as 3.12.0rc2',
      default: 'final',
    },
    output: {
      flags: '-o, --output <dir>',
      description: 'a new folder for the set',
      default: 'final',
      completes: 'directory',
    },
    rewrite: {
      flags: '--rewrite <pattern>',
      description: 'text files in which the version is replaced wherever it stands',
      repeatable: true,
    },
    allow: {
      flags: '--allow <pattern>',
      description: "files that may keep the candidate's version",
      repeatable: true,
    },
    plan: {
      flags: '--plan <file>',
      description: 'a plan of wheelworks plan --json; nothing of it may be missing',
      completes: 'file',
    },
    commit: {
      flags: '--commit <sha>',
      description: 'what every file that records a commit must be from',
    },
    versionsMayDiffer: {
      flags: '--versions-may-differ',
      description: 'packages may be of different releases',
    },
    alreadyFinal: {
      flags: '--already-final',
      description: 'take files along that are final already',
    },
    testCommand: {
      flags: '--test-command <command>',
      description: 'what runs after the installation; without, modules are imported',
    },
    python: {
      flags: '--python <selector>',
      description:
        'what tries the set (3.12, >=3.10, a path); without, every Python here that takes some of it',
      repeatable: true,
    },
    skipTest: { flags: '--skip-test', description: 'write the set, test it later' },
    dryRun: { flags: '-n, --dry-run', description: 'show what would change, as a diff' },
  },
  examples: [
    { run: 'wheelworks promote dist/ --to final --dry-run', explains: 'every change, as a diff' },
    { run: 'wheelworks promote dist/ --to final', explains: 'into final/, installed and tried' },
    {
      run: "wheelworks promote dist/*.whl --rewrite '**/version.txt' --allow '*.so'",
      explains: 'a text file says the new version, native files may say the old one',
    },
    {
      run: 'wheelworks promote dist/ --plan plan.json --commit "$(git rev-parse v3.12.0rc1)"',
      explains: 'only the whole set, from that commit',
    },
  ],
  async run(args, options, context) {
    const {
      chosenPythons,
      parseTarget,
      planPromotion,
      tryPromotion,
      withJoinedSets,
      writePromotion,
    } = await import('../../promote/index.ts');
    const target = parseTarget(options.to);
    const settings = await readSettings(context);
    const paths = await expandInputs(args.file, {
      cwd: context.cwd,
      suffixes: ['.whl', '.tar.gz'],
    });
    const rewrite = watchPatterns([...settings.rewrite, ...options.rewrite]);
    const allow = watchPatterns([...settings.allow, ...options.allow]);
    const given = paths.map((path) => resolve(context.cwd, path));
    return withJoinedSets(given, context, async (files) => {
      const draft = await planPromotion({
        ...files,
        target,
        versionsMayDiffer: options.versionsMayDiffer,
        alreadyFinal: options.alreadyFinal,
        expected: await planned(options.plan, context),
        ...(options.commit === undefined ? {} : { commit: options.commit }),
        isDeclared: rewrite.matches,
        isAllowed: allow.matches,
        cache: openCache(join(context.cacheDirectory, 'promote'), context.events),
        jobs: context.jobs,
        events: context.events,
        signal: context.signal,
      });
      const plan = withUnused(draft, { rewrite, allow });
      if (options.dryRun || plan.problems.length > 0) {
        if (context.json)
          context.writeJson({
            schema: 'wheelworks.promote/1',
            output: null,
            ...promotionPlanDocument(plan),
            promotion: null,
          });
        context.stdout(
          renderPromotionPlan(
            plan,
            { isDryRun: options.dryRun, words: promotionWords(plan) },
            context,
          ),
        );
        return plan.problems.length > 0 ? EXIT.problems : EXIT.done;
      }
      const search = await interpreterSearch(context);
      if (!options.skipTest && options.python.length > 0)
        await chosenPythons({ search, python: options.python });
      const output = resolve(context.cwd, options.output);
      const written = await writePromotion(plan, {
        output,
        ...sourceDate(context.env),
        tool: `wheelworks ${TOOL_VERSION}`,
        jobs: context.jobs,
        events: context.events,
        signal: context.signal,
      });
      const testCommand = options.testCommand ?? settings.testCommand;
      const document = options.skipTest
        ? written.document
        : await tryPromotion(written.document, {
            folder: output,
            ...(testCommand === undefined ? {} : { testCommand }),
            project: context.cwd,
            search,
            python: options.python,
            jobs: context.jobs,
            env: context.env,
            platform: context.platform,
            offline: context.offline,
            events: context.events,
            signal: context.signal,
          });
      if (context.json)
        context.writeJson({
          schema: 'wheelworks.promote/1',
          output,
          ...promotionPlanDocument(plan),
          promotion: document,
        });
      context.stdout(renderPromoted(plan, { output, document, reused: written.reused }, context));
      return document.tested || options.skipTest ? EXIT.done : EXIT.problems;
    });
  },
});

/** A set that was refused before its files were looked into says nothing of patterns. */
function withUnused(
  plan: PromotionPlan,
  { rewrite, allow }: { readonly rewrite: WatchedPatterns; readonly allow: WatchedPatterns },
): PromotionPlan {
  if (plan.files.length === 0) return plan;
  return {
    ...plan,
    notes: [
      ...plan.notes,
      ...unusedNotes('--rewrite', rewrite, 'matches no file of the set'),
      ...unusedNotes(
        '--allow',
        allow,
        'is not needed: nothing that it matches holds the old version',
      ),
    ],
  };
}

/** `[tool.wheelworks.promote]` of the pyproject.toml in the current folder. */
async function readSettings({ cwd }: CommandContext): Promise<PromoteSettings> {
  const { readPyproject } = await import('../../project/index.ts');
  const { promoteSettingsOf } = await import('../../promote/index.ts');
  const path = join(cwd, 'pyproject.toml');
  const pyproject = await readPyproject(path);
  const own: unknown = pyproject?.tool?.wheelworks;
  const table: unknown = isTable(own) ? own['promote'] : undefined;
  return promoteSettingsOf(table, path);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
