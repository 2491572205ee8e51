import type { CommandGroup } from '../../command.ts';
import { init } from './init.ts';

export const command: CommandGroup = {
  name: 'ci',
  summary: 'write the pipeline of a CI service that builds and publishes every planned wheel',
  description: `The pipeline asks wheelworks plan what to build, so it stays the same when Pythons or platforms come and go.`,
  subcommands: [init],
  examples: [
    { run: 'wheelworks ci init github', explains: 'writes .github/workflows/wheels.yml' },
    {
      run: 'wheelworks ci init gitlab --dry-run',
      explains: 'shows what .gitlab-ci.yml would be',
    },
  ],
};
