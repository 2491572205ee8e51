import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../../command.ts';
import { renderFeedReport } from '../../../render/openwrt-feed.ts';

export const verify: RunnableCommand = defineCommand({
  name: 'verify',
  summary: 'go through a feed as devices do, and say what they stumble over',
  description: `Reads every package whole and compares: each file with the index and every digest in it, Packages.gz and index.json with the index, the signature with the keys given. Every dependency must be provided in a version that is wanted: by the same folder, by a folder beside it that holds packages for every architecture, by the feeds given with --base, or by the release itself. Cycles, files that two packages have, versions that the manager orders wrongly, and packages of two Pythons in one folder are reported.`,
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
      description: 'a public key of usign or apk that the indexes may be signed with',
      repeatable: true,
      completes: 'file',
    },
    base: {
      flags: '-b, --base <file>',
      description: 'the index of another feed of the device: Packages, Packages.gz or packages.adb',
      repeatable: true,
      completes: 'file',
    },
  },
  examples: [
    {
      run: 'wheelworks openwrt feed verify public --key feed.pub --base base/Packages.gz --base packages/Packages.gz',
      explains: 'before a feed is copied to its server',
    },
  ],
  async run(args, options, context) {
    const { readTrustedKeys, verifyFeed } = await import('../../../../openwrt/index.ts');
    const top = resolve(context.cwd, args.dir);
    const paths = (files: readonly string[]): string[] =>
      files.map((file) => resolve(context.cwd, file));
    const folders = await verifyFeed(top, {
      base: paths(options.base),
      keys: await readTrustedKeys(paths(options.key)),
      jobs: context.jobs,
    });
    const isBroken = folders.some(({ findings }) =>
      findings.some(({ severity }) => severity === 'error'),
    );
    const verdict = isBroken ? 'broken' : 'sound';
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.feed.verify/1',
        feed: top,
        verdict,
        folders,
      });
    context.stdout(
      renderFeedReport(folders, {
        palette: context.colour,
        width: context.columns,
        most: context.verbose ? Infinity : 20,
      }),
    );
    return isBroken ? EXIT.problems : EXIT.done;
  },
});
