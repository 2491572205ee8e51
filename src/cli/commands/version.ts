import type { FileChange, PlannedFile } from '../../versioning/index.ts';
import { timeValue } from '../check-inputs.ts';
import { defineCommand, EXIT, InvalidValue, type RunnableCommand } from '../command.ts';
import {
  nextDocument,
  renderChanges,
  renderNext,
  renderNotes,
  renderWhence,
  versionDocument,
} from '../render/version.ts';
import { versionInputs } from '../version-inputs.ts';

export const command: RunnableCommand = defineCommand({
  name: 'version',
  summary: 'compute the version of a project from files and git, write it, check it',
  description: `Prints one version, and nothing else on standard output: V=$(wheelworks version --kind rc) works. What there is to say of it goes to standard error.

The base is the greatest version of the files: JSON, TOML, Python, CMake or plain text; FILE#KEY names the place in one. Without files it is that of pyproject.toml or what [tool.wheelworks.version] names; with --from tags the nearest tag and what follows it. stable is the base itself; rc is its next candidate by UTC date, several a day in order; dev carries the commits since the last tag and the commit of the project's own repository.

What is released already, by tags, --index or --released, is refused with what may come next.`,
  arguments: [
    {
      name: 'file',
      description: 'version files, or folders with a pyproject.toml',
      variadic: true,
      optional: true,
      completes: 'file',
    },
  ],
  options: {
    kind: {
      flags: '-k, --kind <kind>',
      description: 'what the version is for',
      choices: ['stable', 'rc', 'dev', 'custom'],
    },
    suffix: {
      flags: '--suffix <text>',
      description: 'what a custom version has after the base, such as rc1, .dev0+abc or nothing',
    },
    from: {
      flags: '--from <source>',
      description: 'take the base from version files or from git tags',
      choices: ['files', 'tags'],
      defaultText: 'files',
    },
    bump: {
      flags: '--bump <part>',
      description: 'go on to the next release from the base',
      choices: ['patch', 'minor', 'major'],
    },
    rcScheme: {
      flags: '--rc-scheme <scheme>',
      description: 'number candidates by date, or 1, 2, 3',
      choices: ['date', 'counter'],
      defaultText: 'date',
    },
    tagPattern: {
      flags: '--tag-pattern <pattern>',
      description: 'tags that name versions, such as {name}-{version}',
      repeatable: true,
    },
    name: {
      flags: '--name <name>',
      description: 'the project on the index, and {name} in patterns',
    },
    write: { flags: '-w, --write', description: 'write the version into its files' },
    writeTo: {
      flags: '--write-to <file>',
      description: 'write the version into this file, FILE or FILE#KEY, made when not there',
      repeatable: true,
      completes: 'file',
    },
    set: {
      flags: '--set <entry>',
      description:
        'KEY=TEXT, a further key of JSON files; {commit}, {version}, {base} are filled in',
      repeatable: true,
      parse: keyValue,
    },
    check: {
      flags: '--check',
      description: 'exit with 1 when the files hold another version, and show which',
      conflicts: ['write'],
    },
    next: {
      flags: '--next',
      description: 'show what may come next, in order',
      conflicts: ['write', 'writeTo', 'check'],
    },
    forIndex: {
      flags: '--for-index',
      description: 'refuse what a public index would: local labels; and uncommitted changes',
    },
    commit: {
      flags: '--no-commit',
      description: 'leave the commit out of a development version',
    },
    index: {
      flags: '--index <url>',
      description: 'what this index has is released (an address ending in /simple/, or a folder)',
    },
    released: {
      flags: '--released <path>',
      description: 'what is released: a folder of distributions, or a list of versions',
      repeatable: true,
      completes: 'file',
    },
    strict: {
      flags: '--strict',
      description: 'exit with 1 when packages disagree or anything else is told',
    },
    asOf: {
      flags: '--as-of <time>',
      description: 'the time for the date of a candidate',
      parse: timeValue,
      defaultText: 'SOURCE_DATE_EPOCH, or now',
    },
  },
  examples: [
    { run: 'V=$(wheelworks version --kind rc)', explains: "today's candidate of this project" },
    {
      run: 'wheelworks version --kind rc compiler/version.json runtime/version.json',
      explains: 'one version for two packages: the greater one',
    },
    {
      run: 'wheelworks version --kind dev --write src/pkg/__init__.py',
      explains: 'stamp a nightly build',
    },
    {
      run: 'wheelworks version --kind stable --write-to version_local.json --set revision={commit} pyproject.toml',
      explains: 'a file that a build reads',
    },
    {
      run: 'wheelworks version --kind stable --check pyproject.toml CMakeLists.txt',
      explains: 'fail when they do not agree',
    },
    {
      run: 'wheelworks version --next --index https://pypi.org/simple/',
      explains: 'what may come after what is released',
    },
  ],
  async run(args, options, context) {
    const { computeVersion, fillTemplate, nextVersions, planFile, writeAll } =
      await import('../../versioning/index.ts');
    const { formatVersion } = await import('../../packaging/index.ts');
    const inputs = await versionInputs(args.file, options, context);
    const { request } = inputs;
    const result = await computeVersion(request, inputs.readReleased);
    const tell = (text: string): void => {
      if (!context.quiet && !context.json) context.stderr(text);
    };
    const isDoubtful = inputs.isStrict && result.notes.length > 0;
    if (options.next) {
      const next = nextVersions(result.version, {
        scheme: request.rcScheme,
        date: request.date,
        known: result.known.map(({ version }) => version),
        distance: result.distance ?? 0,
      });
      if (context.json)
        context.writeJson({ ...versionDocument(result, context), next: nextDocument(next) });
      context.stdout(renderNext(next, context));
      tell(renderNotes(result, context));
      return isDoubtful ? EXIT.problems : EXIT.done;
    }
    const isWriting = options.write || options.writeTo.length > 0;
    const planned: PlannedFile[] = [];
    if (isWriting || options.check) {
      for (const target of inputs.targets) {
        const set = (target.set ?? []).map(({ key, value }) => ({
          key,
          value: fillTemplate(value, result),
        }));
        planned.push(await planFile({ ...target, set }, result.version));
      }
    }
    // A doubtful version is not written.
    if (isWriting && !options.check && !isDoubtful) await writeAll(planned);
    const changes: readonly FileChange[] = planned.flatMap((file) => file.changes);
    const differing = options.check ? changes.filter(({ agrees }) => !agrees) : [];
    if (context.json) context.writeJson({ ...versionDocument(result, context), files: changes });
    context.stdout(`${formatVersion(result.version)}\n`);
    tell(renderNotes(result, context));
    if (context.verbose) tell(renderWhence(result, context));
    if (options.check && !context.json) context.stderr(renderChanges(differing, 'check', context));
    else if (isWriting && !isDoubtful) tell(renderChanges(changes, 'write', context));
    return isDoubtful || differing.length > 0 ? EXIT.problems : EXIT.done;
  },
});

function keyValue(text: string): { readonly key: string; readonly value: string } {
  const mark = text.indexOf('=');
  if (mark > 0) return { key: text.slice(0, mark), value: text.slice(mark + 1) };
  throw new InvalidValue('expected KEY=TEXT, as in revision={commit}');
}
