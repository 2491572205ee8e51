import type { CommandGroup } from '../../command.ts';
import { lddtree } from './lddtree.ts';
import { repair } from './repair.ts';
import { show } from './show.ts';

export const command: CommandGroup = {
  name: 'auditwheel',
  summary: 'repair and audit in the syntax of auditwheel',
  description: `Takes the options and variables of auditwheel 6.8, so that scripts and CIBW_REPAIR_WHEEL_COMMAND can be switched by one word. repair and audit do the same with more to say.`,
  subcommands: [repair, show, lddtree],
  examples: [
    {
      run: 'wheelworks auditwheel repair -w wheelhouse dist/spam-1.0-cp312-cp312-linux_x86_64.whl',
      explains: 'what auditwheel repair does',
    },
    {
      run: 'CIBW_REPAIR_WHEEL_COMMAND="wheelworks auditwheel repair -w {dest_dir} {wheel}"',
      explains: 'in place of auditwheel under cibuildwheel',
    },
  ],
};
