/** What it costs to start the command line, beside a bare Node. */
import { join } from 'node:path';

export const name = 'cli';
export const description = 'Starting the command line, beside a bare `node -e 0`.';

const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');

export async function run(ctx) {
  const bare = { label: 'node -e 0', command: [process.execPath, '-e', '0'] };
  const wheelworks = (...args) => ({
    label: `wheelworks ${args.join(' ')}`,
    command: [process.execPath, entry, ...args],
  });
  await ctx.compare({
    title: 'start',
    contenders: [
      wheelworks('--version'),
      bare,
      wheelworks('--help'),
      wheelworks('help', 'release'),
    ],
  });
}
