import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import { indexInputs, indexSettings } from '../../index-inputs.ts';
import { renderIndex } from '../../render/index-result.ts';

export const build: RunnableCommand = defineCommand({
  name: 'build',
  summary: 'make a static package index',
  description: `Writes pages for installers and people (PEP 503, PEP 691 and what came after, version 1.4 of the API), a flat page for --find-links, and the metadata beside each wheel. Files, then pages, then lists of projects are written, each in one step, and what is no part of the index any more goes last: readers never see half of it. Only what earlier runs wrote is replaced or removed.

An input is a folder (with all below it), a wheel or sdist, a pattern, a list of files as JSON, an HTML page or the address of one, github:OWNER/NAME or gitlab:GROUP/PROJECT for the assets of all releases. GITHUB_TOKEN or GH_TOKEN, GITLAB_TOKEN or CI_JOB_TOKEN are used where they are set.

Files that lie in the output folder stay where they are; other local ones are copied into it. Files elsewhere are referred to by their address.

A channel is an index of its own in a folder of that name, with the versions that its rules let in: all, final, pre, keep=N (the newest N of each project), days=N (not older, by upload time).`,
  arguments: [
    {
      name: 'input',
      description: 'folders, distributions, patterns, lists, pages, github: and gitlab: names',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'the folder of the index, or s3://BUCKET/PREFIX',
      default: 'index',
      completes: 'directory',
    },
    files: {
      flags: '--files <how>',
      description: 'how local files come into it; refer needs --files-url',
      choices: ['copy', 'link', 'refer'],
      default: 'copy',
    },
    filesUrl: {
      flags: '--files-url <url>',
      description: 'the address of the folder in which local files are found, for --files refer',
    },
    baseUrl: {
      flags: '--base-url <url>',
      description: 'the address that the index will have: for install commands and provenance',
    },
    title: { flags: '--title <text>', description: 'the title of the list of projects' },
    channel: {
      flags: '--channel <rules>',
      description: 'make this channel, such as stable or nightly=pre,keep=30,days=60',
      repeatable: true,
    },
    yank: {
      flags: '--yank <rule>',
      description: 'take files back, such as demo==1.0=reason or demo-1.0-*.whl=reason',
      repeatable: true,
    },
    yanks: {
      flags: '--yanks <file>',
      description: 'a TOML file of such rules',
      completes: 'file',
    },
    status: {
      flags: '--status <rule>',
      description:
        'say that a project is archived, deprecated or quarantined: demo=archived:reason',
      repeatable: true,
    },
    fileTimes: {
      flags: '--file-times',
      description: 'take the time of local files for that of their upload',
    },
    hashRemote: {
      flags: '--hash-remote',
      description: 'read files that are elsewhere, for digest and Python versions',
    },
    apiUrl: {
      flags: '--api-url <url>',
      description: 'the API of a GitHub or GitLab of your own',
    },
    endpointUrl: {
      flags: '--endpoint-url <url>',
      description: 'the address of an object store other than that of AWS',
    },
    allowEmpty: {
      flags: '--allow-empty',
      description: 'make an index of nothing; it empties one that is there',
    },
    dryRun: { flags: '-n, --dry-run', description: 'only show what would be done' },
  },
  examples: [
    {
      run: 'wheelworks index build dist -o public',
      explains: 'an index of all that is below dist',
    },
    {
      run: 'wheelworks index github:iree-org/iree --channel stable --channel nightly=pre,keep=60',
      explains: 'two channels over the assets of all releases',
    },
    {
      run: 'wheelworks index dist -o s3://wheels/whl --base-url https://wheels.example.org/whl/',
      explains: 'an index in a bucket',
    },
    {
      run: "wheelworks index dist --yank 'demo==1.0=crashes on musl' --dry-run",
      explains: 'what taking a version back would change',
    },
  ],
  async run(args, options, context) {
    const { makeIndex } = await import('../../../index/index.ts');
    const settings = await indexSettings(options, context);
    const { files, passedOver } = await indexInputs(args.input, options, context);
    const made = await makeIndex({ ...settings, files });
    const place = options.output.startsWith('s3://')
      ? options.output
      : resolve(context.cwd, options.output);
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.index/1',
        output: place,
        dryRun: options.dryRun,
        channels: made.channels,
        added: made.plan.added.map(({ path }) => path),
        changed: made.plan.changed.map(({ path }) => path),
        removed: made.plan.removed,
        kept: made.plan.kept.length,
        withoutDigest: made.withoutDigest,
        passedOver,
      });
    context.stdout(
      renderIndex(
        made,
        { output: options.output, isDryRun: options.dryRun, passedOver, baseUrl: options.baseUrl },
        context,
      ),
    );
    return EXIT.done;
  },
});
