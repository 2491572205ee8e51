/**
 * Makes src/openwrt/recipe/data/feed-packages.json: which packages for Python each release of OpenWrt's feed has.
 *
 *   node scripts/update-openwrt-packages.mjs FEED
 *
 * FEED is a clone of openwrt/packages with its release branches (`openwrt-24.10`, `master`). What is taken are the names
 * that recipes and what they include define (`define Package/python3-NAME`), build and provide, without `python3-`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [feed] = process.argv.slice(2);
if (feed === undefined) throw new Error('see the head of this file');

const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const names = read('src/openwrt/targets/data/releases.json').releases.map(({ name }) => name);
const releases = names.map((name) => {
  const branch = name === 'master' ? 'master' : `openwrt-${name}`;
  const [commit, date] = git('log', '-1', '--format=%H %cs', branch).trim().split(' ');
  return { name, commit, date, packages: packagesOf(branch) };
});
const all = [...new Set(releases.flatMap(({ packages }) => packages))].sort((a, b) =>
  a < b ? -1 : 1,
);
const data = {
  source:
    'openwrt/packages: names that begin with python3- of the packages that its recipes define, build or provide, by release',
  releases: releases.map(({ name, commit, date }) => ({ name, commit, date })),
  packages: Object.fromEntries(
    all.map((each) => [
      each,
      releases
        .filter(({ packages }) => packages.includes(each))
        .map(({ name }) => name)
        .join(' '),
    ]),
  ),
};
writeFileSync(
  join(root, 'src/openwrt/recipe/data/feed-packages.json'),
  `${JSON.stringify(data, undefined, 2)}\n`,
);

function packagesOf(branch) {
  const pattern = '^define Package/python3-|Package,python3-|PROVIDES.*python3-';
  const text = git('grep', '-hE', pattern, branch, '--', '*Makefile', '*.mk');
  return text.split('\n').flatMap((line) => {
    const own = /(?:^define Package\/|Package,)python3-([\w.+-]+)\s*(?:\)|$)/.exec(line);
    if (own !== null) return own[1].endsWith('-src') ? [] : [own[1]];
    return /PROVIDES/.test(line)
      ? [...line.matchAll(/\bpython3-([\w.+-]+)/g)].map(([, name]) => name)
      : [];
  });
}

function git(...args) {
  return execFileSync('git', ['-C', feed, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
}
