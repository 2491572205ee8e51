import type { CommandGroup } from '../../command.ts';
import { feed } from './feed/index.ts';
import { key } from './key/index.ts';
import { importCommand } from './import.ts';
import { recipe } from './recipe/index.ts';
import { pack } from './pack.ts';
import { releases } from './releases.ts';
import { splitInterpreter } from './split-interpreter.ts';
import { why } from './why.ts';

export const command: CommandGroup = {
  name: 'openwrt',
  summary: 'make packages, feeds and recipes for OpenWrt routers',
  description: `Turns wheels, sdists and an installed CPython into the small packages that routers install, with dependencies found by analysis; makes signed feeds of them; writes and reads the recipes of OpenWrt's own build system.`,
  subcommands: [pack, why, feed, key, splitInterpreter, recipe, importCommand, releases],
  examples: [
    { run: 'wheelworks openwrt releases', explains: 'the releases that packages are made for' },
  ],
};
