import type { RegistryEntry } from '../registry.ts';

/**
 * Every command, in the order help lists them. Names and summaries stand here so that the top-level help loads no
 * command; a test compares them with the commands' own.
 */
export const COMMANDS: readonly RegistryEntry[] = [
  {
    name: 'inspect',
    summary: 'show what a wheel, sdist, .ipk or .apk is and what is in it',
    group: 'Look into',
    load: async () => (await import('./inspect.ts')).command,
  },
  {
    name: 'audit',
    summary: 'show which baselines native files meet, and what stops them at a stricter one',
    group: 'Look into',
    load: async () => (await import('./audit.ts')).command,
  },
  {
    name: 'check',
    summary: 'say what an index would refuse, and what users of the files would stumble over',
    group: 'Look into',
    load: async () => (await import('./check.ts')).command,
  },
  {
    name: 'baseline',
    summary: 'show, compare, derive and check what platform tags promise',
    group: 'Look into',
    load: async () => (await import('./baseline/index.ts')).command,
  },
  {
    name: 'python',
    summary: 'list the interpreters of this machine and what each is missing',
    group: 'Look into',
    load: async () => (await import('./python.ts')).command,
  },
  {
    name: 'unpack',
    summary: 'turn wheels and sdists into folders',
    group: 'Change',
    load: async () => (await import('./unpack.ts')).command,
  },
  {
    name: 'pack',
    summary: 'turn unpacked wheels back into wheels',
    group: 'Change',
    load: async () => (await import('./pack.ts')).command,
  },
  {
    name: 'retag',
    summary: 'change the tags or the build number of wheels',
    group: 'Change',
    load: async () => (await import('./retag.ts')).command,
  },
  {
    name: 'retag-version',
    summary: 'give a wheel or sdist another version',
    group: 'Change',
    load: async () => (await import('./retag-version.ts')).command,
  },
  {
    name: 'repair',
    summary: 'take the libraries that wheels lean on into them, and tag them for what they are',
    group: 'Change',
    load: async () => (await import('./repair.ts')).command,
  },
  {
    name: 'join',
    summary: 'give back the wheel that a split set was made from, byte for byte',
    group: 'Change',
    load: async () => (await import('./join.ts')).command,
  },
  {
    name: 'auditwheel',
    summary: 'repair and audit in the syntax of auditwheel',
    group: 'Change',
    load: async () => (await import('./auditwheel/index.ts')).command,
  },
  {
    name: 'split',
    summary: 'cut wheels that are too large for an index into sets that install as one',
    group: 'Change',
    load: async () => (await import('./split.ts')).command,
  },
  {
    name: 'version',
    summary: 'compute the version of a project from files and git, write it, check it',
    group: 'Build and release',
    load: async () => (await import('./version.ts')).command,
  },
  {
    name: 'promote',
    summary: 'turn a tested set of release candidates into the release',
    group: 'Build and release',
    load: async () => (await import('./promote.ts')).command,
  },
  {
    name: 'plan',
    summary: 'show every wheel that a release must have, and how each is made',
    group: 'Build and release',
    load: async () => (await import('./plan.ts')).command,
  },
  {
    name: 'build',
    summary: 'build, repair, check and test the wheels of projects',
    group: 'Build and release',
    load: async () => (await import('./build.ts')).command,
  },
  {
    name: 'shell',
    summary: 'open the environment of one build, where it failed',
    group: 'Build and release',
    load: async () => (await import('./shell.ts')).command,
  },
  {
    name: 'release',
    summary: 'build, tag, check, index, install and test the wheels of a project',
    group: 'Build and release',
    load: async () => (await import('./release.ts')).command,
  },
  {
    name: 'index',
    summary: 'make a static package index, or verify one as installers would',
    group: 'Build and release',
    load: async () => (await import('./index-static/index.ts')).command,
  },
  {
    name: 'publish',
    summary: 'upload distributions: checked first, in a safe order, resumable',
    group: 'Build and release',
    load: async () => (await import('./publish.ts')).command,
  },
  {
    name: 'serve',
    summary: 'run a package index on this machine that takes uploads as PyPI does',
    group: 'Build and release',
    load: async () => (await import('./serve.ts')).command,
  },
  {
    name: 'openwrt',
    summary: 'make packages, feeds and recipes for OpenWrt routers',
    group: 'Build and release',
    load: async () => (await import('./openwrt/index.ts')).command,
  },
  {
    name: 'ci',
    summary: 'write the pipeline of a CI service that builds and publishes every planned wheel',
    group: 'Build and release',
    load: async () => (await import('./ci/index.ts')).command,
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands in your shell',
    group: 'Tools',
    load: async () => (await import('./completion.ts')).command,
  },
];
