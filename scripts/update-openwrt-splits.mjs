/**
 * Makes src/openwrt/interpreter/data/split-*.json: how each release of OpenWrt splits CPython into packages.
 *
 *   node scripts/update-openwrt-splits.mjs FEED
 *
 * FEED is a clone of openwrt/packages with its release branches (`openwrt-24.10`, `master`). What is taken are the lists
 * of its recipes of CPython: names, paths, dependencies, links, and who is part of the meta package. Paths are told
 * relative to the folder of the standard library, others start with `/`; `{minor}` stands for `3.13`. Suffixes of
 * extension modules are opened to any (`_ssl.*so`), as they differ between the feed's patched builds and plain ones.
 * What the feed's configuration does not build at all (tests, Tk, NIS) is added to what is left out, for trees that have it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DATA = join(root, 'src/openwrt/interpreter/data');

const CONFIGURED_AWAY = [
  'test',
  'lib-dynload/_test*so',
  'lib-dynload/_ctypes_test.*so',
  'lib-dynload/_xxtestfuzz.*so',
  'lib-dynload/xx*so',
  'lib-dynload/_tkinter.*so',
  'lib-dynload/nis.*so',
];

const [feed] = process.argv.slice(2);
if (feed === undefined) throw new Error('see the head of this file');

const { releases } = JSON.parse(
  readFileSync(join(root, 'src/openwrt/targets/data/releases.json'), 'utf8'),
);
for (const { name, python, python2 } of releases) {
  write(name, 'python3', python);
  if (python2 !== undefined) write(name, 'python', python2);
}

function write(release, series, version) {
  const branch = release === 'master' ? release : `openwrt-${release}`;
  const folder = `lang/python/${series}`;
  const minor = version.split('.').slice(0, 2).join('.');
  const git = (...args) => execFileSync('git', ['-C', feed, ...args], { encoding: 'utf8' });
  const show = (path) => git('show', `${branch}:${path}`).replaceAll('\\\n', ' ');
  const makefile = show(`${folder}/Makefile`);
  const files = git('ls-tree', '-r', '--name-only', branch, `${folder}/files`)
    .split('\n')
    .filter((path) => /package-[\w-]+\.mk$/.test(path))
    .map(show);
  const prefix = series === 'python' ? 'PYTHON' : 'PYTHON3';
  const path = (text) =>
    text
      .replaceAll(/\$\(PYTHON3?_VERSION\)/g, '{minor}')
      .replaceAll('.$(PYTHON3_SO_SUFFIX)', '.*so')
      .replace(/(lib-dynload\/\w+)\.so$/, '$1.*so')
      .replace(/_sysconfigdata(_\*)?\.py$/, '_sysconfigdata*.py')
      .replace(/config-\{minor\}(-\*)?$/, 'config-{minor}*')
      .replace(/^\/usr\/lib\/python\{minor\}\//, '');
  const words = (text) => text.trim().split(/\s+/).filter(Boolean);
  const depends = (name, text) => {
    const block = new RegExp(`^define Package/${name}\\n([^]*?)^endef`, 'm').exec(text)?.[1] ?? '';
    const all = words(/DEPENDS:=(.*)/.exec(block)?.[1] ?? '').map((each) =>
      each.replace(/^\+/, ''),
    );
    const plain = all.filter((each) => !each.includes(':'));
    const conditional = all.filter((each) => each.includes(':')).map((each) => each.split(':'));
    return {
      depends: plain,
      ...(conditional.length > 0 && {
        conditional: Object.fromEntries(conditional.map(([when, name]) => [name, when])),
      }),
    };
  };
  const links = (name, text) => {
    const rule =
      new RegExp(`^define Py3?Package/${name}/install\\n([^]*?)^endef`, 'm').exec(text)?.[1] ?? '';
    const found = [...rule.matchAll(/\$\(LN\) (\S+) \$\(1\)(\/usr\/bin\/\S+)/g)];
    const copied = [...rule.matchAll(/\$\(PKG_INSTALL_DIR\)(\/usr\/bin\/\S+)/g)].map((each) =>
      path(each[1]),
    );
    return {
      copied,
      ...(found.length > 0 && {
        links: Object.fromEntries(found.map(([, target, at]) => [at, path(target)])),
      }),
    };
  };

  const base = words(new RegExp(`^${prefix}_BASE_LIB_FILES:=(.*)`, 'm').exec(makefile)[1]).map(
    path,
  );
  const light = new RegExp(
    `^define Py3?Package/${series}-light/filespec\\n([^]*?)^endef`,
    'm',
  ).exec(makefile)[1];
  const remove = [...light.matchAll(/^-\|(\/\S+)/gm)].map((each) => path(each[1]));
  const library = depends(`lib${series}`, makefile);
  const hasLibrary = makefile.includes(`define Package/lib${series}\n`);
  const libraryPaths = ['/usr/lib/libpython{minor}.so*'];
  const baseRule = links(`${series}-base`, makefile);
  const packages = [
    ...(hasLibrary
      ? [
          {
            name: `lib${series}`,
            abiVersion: true,
            paths: libraryPaths,
            directories: ['lib-dynload'],
            ...library,
            inMeta: false,
          },
        ]
      : []),
    {
      name: `${series}-base`,
      paths: ['/usr/bin/python{minor}', ...(hasLibrary ? [] : libraryPaths), ...base],
      ...(hasLibrary ? {} : { directories: ['lib-dynload'] }),
      ...(baseRule.links && { links: baseRule.links }),
      ...depends(`${series}-base`, makefile),
      inMeta: false,
    },
  ];
  for (const text of files)
    for (const [, name, paths, flag] of text.matchAll(
      /\$\(call Py3?BasePackage,\s*([\w-]+)\s*,([^,]*?)(?:,\s*(\w+)\s*)?\)\)\s*$/gm,
    )) {
      const { copied, ...linked } = links(name, text);
      const all = [...words(paths).map(path), ...(words(paths).length > 0 ? copied : [])];
      // pip and setuptools came out of wheels that ensurepip bundles; they are packages of their own now.
      if (all.length === 0 && !/cgitb/.test(name)) continue;
      packages.push({
        name,
        paths: all,
        ...linked,
        ...depends(name, text),
        inMeta: flag === undefined,
      });
    }
  const definition = {
    source: `openwrt/packages, ${folder} of branch ${branch} at ${git('log', '-1', '--format=%h, %as', branch).trim()}; by scripts/update-openwrt-splits.mjs`,
    release,
    series,
    minor,
    // Older recipes have names of their own for what SPDX calls PSF-2.0.
    license: /^PKG_LICENSE:=(.*)/m
      .exec(makefile)[1]
      .trim()
      .replace(/^(?:PSF|Python\/2\.0)$/, 'PSF-2.0'),
    packages,
    light: {
      ...depends(`${series}-light`, makefile),
      remove: [
        ...new Set([
          ...remove.filter((each) => !each.startsWith('*/')),
          ...CONFIGURED_AWAY.filter((each) => !packages.some(({ paths }) => paths.includes(each))),
        ]),
      ],
    },
    removeEverywhere: ['test', 'tests', 'idle_test'],
  };
  const name = `split-${release}${series === 'python' ? '-python2' : ''}.json`;
  writeFileSync(join(DATA, name), `${print(definition)}\n`);
}

/** One line a package: such tables are read as tables. */
function print({ packages, ...rest }) {
  const lines = packages.map((each) => `    ${JSON.stringify(each)}`).join(',\n');
  const text = JSON.stringify({ ...rest, packages: '@' }, null, 2);
  return text.replace('"@"', `[\n${lines}\n  ]`);
}
