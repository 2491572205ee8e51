import type { CommandGroup } from '../../command.ts';
import { build } from './build.ts';
import { verify } from './verify.ts';

export const command: CommandGroup = {
  name: 'index',
  summary: 'make a static package index, or verify one as installers would',
  description: `A static index is a folder of files that any web server or object store can serve and that pip, uv and the others install from. "wheelworks index dist" is short for "wheelworks index build dist".`,
  examples: [
    {
      run: 'wheelworks index dist -o public',
      explains: 'an index of all wheels and sdists below dist',
    },
  ],
  subcommands: [build, verify],
  defaultCommand: 'build',
};
