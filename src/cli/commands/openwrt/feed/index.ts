import type { CommandGroup } from '../../../command.ts';
import { build } from './build.ts';
import { verify } from './verify.ts';

export const feed: CommandGroup = {
  name: 'feed',
  summary: 'make the signed feed that routers install from, or verify one',
  description: `A feed is a folder of packages with an index, which any web server can serve. "wheelworks openwrt feed DIR" is short for "wheelworks openwrt feed build DIR".`,
  examples: [
    {
      run: 'wheelworks openwrt feed public --key feed.sec --key feed.pem',
      explains: 'the indexes of all folders with packages below public, signed for opkg and apk',
    },
  ],
  subcommands: [build, verify],
  defaultCommand: 'build',
};
