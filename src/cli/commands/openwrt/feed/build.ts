import { join, resolve } from 'node:path';
import { openCache } from '../../../../support/cache.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../../command.ts';
import { renderFeedPlan } from '../../../render/openwrt-feed.ts';

export const build: RunnableCommand = defineCommand({
  name: 'build',
  summary: 'make the indexes of a feed',
  description: `Every folder below DIR that holds packages is a feed of its own to a device, and gets an index: Packages, Packages.gz, Packages.manifest and index.json for .ipk, packages.adb and index.json for .apk; with a key Packages.sig, or a signature inside packages.adb. Give each release, Python and architecture a folder: public/24.10/aarch64_cortex-a53, public/25.12/x86_64, public/25.12/all.

Packages are read once: what a file said is kept in the cache until its size or time changes. Files that would be the same are not written, the others in one step each; nothing is written when any package cannot be read.`,
  arguments: [
    {
      name: 'dir',
      description: 'the folder that holds packages, itself or in folders below',
      completes: 'directory',
    },
  ],
  options: {
    key: {
      flags: '-k, --key <file>',
      description: 'a secret key of usign for .ipk, or of apk (PEM) for .apk; once for each',
      repeatable: true,
      completes: 'file',
    },
    unsigned: {
      flags: '--unsigned',
      description: 'let an index that was signed be without a signature',
      conflicts: ['key'],
    },
    dryRun: { flags: '-n, --dry-run', description: 'only show what would be written' },
  },
  examples: [
    {
      run: 'wheelworks openwrt feed build public --key feed.sec --key feed.pem',
      explains: 'the indexes of all folders with packages below public',
    },
    {
      run: 'wheelworks openwrt feed build public --dry-run',
      explains: 'what a new package would change',
    },
  ],
  async run(args, options, context) {
    const { planFeed, readFeedKeys, writeFeed } = await import('../../../../openwrt/index.ts');
    const keys = await readFeedKeys(options.key.map((path) => resolve(context.cwd, path)));
    const plan = await planFeed(resolve(context.cwd, args.dir), {
      ...keys,
      unsigned: options.unsigned,
      jobs: context.jobs,
      cache: openCache(join(context.cacheDirectory, 'openwrt-feeds'), context.events),
    });
    if (!options.dryRun) await writeFeed(plan);
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.feed/1',
        dryRun: options.dryRun,
        feed: plan.top,
        folders: plan.folders.map(({ directory, files, ...folder }) => ({
          ...folder,
          directory,
          files: files.map(({ name, bytes, state }) => ({ name, size: bytes.length, state })),
        })),
      });
    context.stdout(
      renderFeedPlan(plan, {
        palette: context.colour,
        width: context.columns,
        dryRun: options.dryRun,
        truncate: context.isTerminal,
        most: context.verbose ? Infinity : 10,
      }),
    );
    return EXIT.done;
  },
});
