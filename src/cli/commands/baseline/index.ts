import type { CommandGroup } from '../../command.ts';
import { compare } from './compare.ts';
import { derive } from './derive.ts';
import { explain } from './explain.ts';
import { exportPolicies } from './export.ts';
import { lint } from './lint.ts';
import { list } from './list.ts';
import { show } from './show.ts';

export const command: CommandGroup = {
  name: 'baseline',
  summary: 'show, compare, derive and check what platform tags promise',
  description: `A baseline is what every system that satisfies a platform tag provides: libraries, and the versions and symbols in them. The published ones of manylinux and musllinux are built in; others are derived from root file systems and used with audit --baseline.`,
  subcommands: [list, show, compare, explain, derive, lint, exportPolicies],
  examples: [
    { run: 'wheelworks baseline list', explains: 'every published baseline' },
    {
      run: 'wheelworks baseline derive --sysroot debian-12 --sysroot openeuler-24.03 -o .',
      explains: 'what two systems have in common, as a baseline of its own',
    },
    {
      run: 'wheelworks baseline explain getrandom',
      explains: 'since which glibc there is a function, on every architecture',
    },
  ],
};
