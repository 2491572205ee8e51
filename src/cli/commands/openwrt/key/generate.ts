import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeFileAtomic } from '../../../../support/atomic-file.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../../command.ts';
import { badValueError } from '../../../usage-error.ts';

export const generate: RunnableCommand = defineCommand({
  name: 'generate',
  summary: 'make a new pair of keys',
  description: `For opkg NAME.sec and NAME.pub, which goes to /etc/opkg/keys under the number of the key; for apk NAME.pem and NAME.pub.pem, which goes to /etc/apk/keys. The secret file has no passphrase and is readable by its owner alone. Files that are there are never replaced.`,
  arguments: [{ name: 'name', description: 'the path of both files, without an ending' }],
  options: {
    manager: {
      flags: '-m, --manager <name>',
      description: 'the package manager that is to trust it',
      choices: ['opkg', 'apk'],
      required: true,
    },
  },
  examples: [
    {
      run: 'wheelworks openwrt key generate feed --manager opkg',
      explains: 'feed.sec to sign with, and feed.pub',
    },
  ],
  async run(args, options, context) {
    const { generateApkKey, generateUsignKey } = await import('../../../../openwrt/index.ts');
    const base = resolve(context.cwd, args.name);
    if (/(?:^|[/\\])\.{0,2}$/.test(args.name) || (await isFolder(base)))
      throw badValueError({
        label: '<name>',
        text: args.name,
        reason: 'it is a folder, and the keys need a name: give one inside of it.',
        path: ['openwrt', 'key', 'generate'],
      });
    const isApk = options.manager === 'apk';
    const pair = isApk ? { ...generateApkKey(), number: null } : generateUsignKey();
    const secret = `${base}${isApk ? '.pem' : '.sec'}`;
    const publicKey = `${base}${isApk ? '.pub.pem' : '.pub'}`;
    const write = (path: string, text: string, mode: number): Promise<void> =>
      writeFileAtomic(path, (handle) => handle.writeFile(text), { replace: false, mode });
    await write(secret, pair.secret, 0o600);
    await write(publicKey, pair.public, 0o644);
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.key/1',
        manager: options.manager,
        secret,
        public: publicKey,
        number: pair.number,
      });
    const place = pair.number === null ? '/etc/apk/keys/' : `/etc/opkg/keys/${pair.number}`;
    context.stdout(`${secret}\n${publicKey}, on devices in ${place}\n`);
    return EXIT.done;
  },
});

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
