/**
 * The scripts of packages. Those that every package of OpenWrt has call the functions of /lib/functions.sh that make users,
 * enable services and run what a package left to be run once; on a system without that file they do nothing. A package's
 * own scripts run besides them.
 */
import type { ApkScript } from '../../archive/apk/index.ts';
import type { IpkScript } from '../../archive/ipk/index.ts';
import type { PackageScripts } from './model.ts';

const SHELL = '#!/bin/sh';
const SKIP = '[ "${IPKG_NO_SCRIPT}" = "1" ] && exit 0';
const FUNCTIONS = [
  '[ -s "${IPKG_INSTROOT}/lib/functions.sh" ] || exit 0',
  '. "${IPKG_INSTROOT}/lib/functions.sh"',
];

/** Of an .ipk: its own scripts after installing and before removing are files that the usual ones call. */
export function ipkScripts(scripts: PackageScripts): Partial<Record<IpkScript, string>> {
  return {
    ...named('preinst', scripts.preInstall),
    postinst: lines(SHELL, SKIP, ...FUNCTIONS, 'default_postinst "$0" "$@"'),
    ...named('postinst-pkg', scripts.postInstall),
    prerm: lines(SHELL, ...FUNCTIONS, 'default_prerm "$0" "$@"'),
    ...named('prerm-pkg', scripts.preRemove),
    ...named('postrm', scripts.postRemove),
  };
}

/** Of an .apk: its own scripts are the rest of the usual ones, which say whose they are by `pkgname`. */
export function apkScripts(
  name: string,
  scripts: PackageScripts,
): Partial<Record<ApkScript, string>> {
  const named_ = ['export root="${IPKG_INSTROOT}"', `export pkgname="${name}"`];
  const installed = [
    SKIP,
    ...FUNCTIONS,
    ...named_,
    'add_group_and_user',
    'default_postinst',
    ...own(scripts.postInstall),
  ];
  const upgrade = 'export PKG_UPGRADE=1';
  return {
    ...named('pre-install', scripts.preInstall),
    'post-install': lines(SHELL, ...installed),
    'pre-deinstall': lines(
      SHELL,
      ...FUNCTIONS,
      ...named_,
      'default_prerm',
      ...own(scripts.preRemove),
    ),
    ...named('post-deinstall', scripts.postRemove),
    ...(scripts.preInstall === undefined
      ? {}
      : { 'pre-upgrade': lines(SHELL, upgrade, ...own(scripts.preInstall)) }),
    'post-upgrade': lines(SHELL, upgrade, ...installed),
  };
}

function named<Name extends string>(
  name: Name,
  script: string | undefined,
): Partial<Record<Name, string>> {
  if (script === undefined) return {};
  const text = script.startsWith('#!') ? script : `${SHELL}\n${script}`;
  return { [name]: text.endsWith('\n') ? text : `${text}\n` } as Partial<Record<Name, string>>;
}

/** The lines of a script without the one that names its shell. */
function own(script: string | undefined): string[] {
  if (script === undefined) return [];
  return script
    .replace(/^#![^\n]*\n?/, '')
    .replace(/\n+$/, '')
    .split('\n');
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
