import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import { renderFindings } from '../../render/findings.ts';
import { plural } from '../../render/quantity.ts';
import { sanitizeForTerminal } from '../../render/sanitize.ts';

export const verify: RunnableCommand = defineCommand({
  name: 'verify',
  summary: 'go through an index as installers do, and say what they stumble over',
  description: `Reads the list of projects, every page in HTML and JSON, every metadata file and every file, and compares: types, names, addresses, digests, sizes, metadata with that of the wheel, HTML with JSON, links.html with both.`,
  arguments: [
    {
      name: 'place',
      description: 'the folder or address that simple/ is in',
      completes: 'directory',
    },
  ],
  options: {
    files: {
      flags: '--no-files',
      description: 'do not read the files, only look whether they are there',
    },
  },
  examples: [
    { run: 'wheelworks index verify public', explains: 'before an index is copied to its server' },
    {
      run: 'wheelworks index verify --no-files https://wheels.example.org/whl/',
      explains: 'whether all that a server offers is there',
    },
  ],
  async run(args, options, context) {
    const { verifyIndex } = await import('../../../index/index.ts');
    const place = /^https?:/i.test(args.place) ? args.place : resolve(context.cwd, args.place);
    const { projects, files, findings } = await verifyIndex(place, {
      files: options.files,
      jobs: context.jobs,
      events: context.events,
      request: { signal: context.signal },
    });
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.index.verify/1',
        place,
        verdict: errors === 0 ? 'sound' : 'broken',
        projects,
        files,
        findings,
      });
    const { colour } = context;
    const verdict = errors === 0 ? colour.good('sound') : colour.bad('broken');
    context.stdout(
      `${verdict}: ${sanitizeForTerminal(args.place)}, ${plural(projects, 'project')}, ${plural(files, 'file')}\n`,
    );
    if (findings.length > 0)
      context.stdout(
        renderFindings(findings, {
          palette: colour,
          indent: 2,
          most: context.verbose ? Infinity : 20,
        }),
      );
    return errors === 0 ? EXIT.done : EXIT.problems;
  },
});
