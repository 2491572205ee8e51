import type { CommandGroup } from '../../../command.ts';
import { print } from './print.ts';
import { update } from './update.ts';
import { write } from './write.ts';

export const recipe: CommandGroup = {
  name: 'recipe',
  summary: "write recipes for OpenWrt's build system, and bring them up to date",
  description: `For maintainers who stay with the build system: the Makefile and test.sh of a package in the layout of the packages feed, written from an sdist, brought up to date, or printed from a definition file. "wheelworks openwrt recipe NAME" is short for "wheelworks openwrt recipe write NAME".`,
  subcommands: [write, update, print],
  defaultCommand: 'write',
  examples: [
    {
      run: 'wheelworks openwrt recipe requests --maintainer "Ann <ann@example.org>"',
      explains: 'the recipe of the newest release on PyPI',
    },
    {
      run: 'wheelworks openwrt recipe update packages/lang/python/python-requests',
      explains: 'bump a recipe to the newest release',
    },
  ],
};
