/**
 * The shape of `openwrt.toml`: one recipe of OpenWrt's build system, with its packages, as data. docs/openwrt-recipes.md
 * explains each key. Texts may hold references of make (`$(PKG_VERSION)`), which the build system fills in.
 */
import * as z from 'zod';

const text = z.string();
/** No control characters, which no line of a Makefile can hold. */
const line = z.string().regex(/^[^\p{Cc}]*$/u, 'must be one line');
const lines = z.array(line).default([]);
/** What stands where blanks divide: no blanks but inside `$(...)`. */
const word = line.regex(/^(?:[^\s$]|\$\$|\$\([^\n]*\)|\$[^\s(])+$/, 'must be one word');
const words = z.array(word).default([]);
/** `ifeq ($(CONFIG_X),y)`; all must hold. */
const conditions = z
  .array(line.regex(/^ifn?(?:eq \(.*\)|def \S+)$/, 'must be a condition such as ifeq ($(X),y)'))
  .default([]);
const name = line.regex(/^[\w.+-]+$/, 'must be a name of letters, digits and - _ . +');

const variable = z.strictObject({
  name: line.regex(/^[^\s:#=?+!]+$/, 'must be the name of a variable'),
  operator: z.enum([':=', '=', '?=', '+=']).default(':='),
  value: line,
  when: conditions,
  /** Behind the files of the build system, which set some variables themselves. */
  'after-includes': z.boolean().default(false),
  /** Behind this one of them, and before the next. */
  after: word.optional(),
  modifier: z.enum(['export', 'override']).optional(),
});

/** Of a package: what stands in its define. */
const setting = variable.omit({ 'after-includes': true, after: true, modifier: true });

/** Variables of keys (`PKG_BUILD_DIR`) that stand between the files of the build system. */
const place = z.strictObject({ after: word, variables: words });

const recipe = z.strictObject({
  name,
  /** Absent where the build system makes it of a revision and its date. */
  version: line.optional(),
  /** Absent in a few recipes; the build system has none, either. */
  release: line.optional(),
  maintainers: lines,
  /** SPDX identifiers. */
  license: words,
  'license-files': words,
  'cpe-id': line.optional(),
  'config-depends': words,
  /** The comment at the top, without `#`. */
  header: text.default(''),
});

const source = z.strictObject({
  /** PYPI_NAME: the file comes from PyPI. */
  pypi: line.optional(),
  /** PYPI_SOURCE_NAME: how the name of the file begins, where it is not that of the project. */
  'source-name': line.optional(),
  extension: line.optional(),
  /** SHA-256 of the file. */
  hash: line.optional(),
  file: line.optional(),
  urls: words,
  /** `git`, with a revision. */
  protocol: line.optional(),
  revision: line.optional(),
  date: line.optional(),
  subdirectory: line.optional(),
  'mirror-hash': line.optional(),
  /** Files of the folder `patches`, in order. */
  patches: lines,
});

const python = z.strictObject({
  /** Before the build frontend. */
  vars: line.optional(),
  args: line.optional(),
  path: line.optional(),
  'config-settings': line.optional(),
  'install-vars': line.optional(),
  'wheel-name': line.optional(),
  'wheel-version': line.optional(),
  'setup-dir': line.optional(),
  'setup-vars': line.optional(),
  'setup-global-args': line.optional(),
  'setup-args': line.optional(),
});

const build = z.strictObject({
  /** `none`: the recipe only uses the helpers. */
  system: z.enum(['pep517', 'setup.py', 'none']).default('pep517'),
  depends: words,
  'host-depends': words,
  /** Host packages of pip, for older recipes. */
  'host-pip-depends': words,
  /** Also built for the machine that builds. */
  host: z.boolean().default(false),
  'host-only': z.boolean().default(false),
  /** Different for each variant: it holds `$(BUILD_VARIANT)` where there are several. */
  directory: line.optional(),
  'host-directory': line.optional(),
  unpack: line.optional(),
  'host-unpack': line.optional(),
  parallel: z.boolean().optional(),
  'host-parallel': z.boolean().optional(),
  flags: words,
  /** Files of the build system that stand before the variables, behind rules.mk. */
  'includes-first': words,
  /** The others, behind the variables, in order. */
  includes: words,
  python3: python.optional(),
  python2: python.optional(),
});

const packageTable = z.strictObject({
  name,
  /** The variant it is built in, `python` or `python3` in older recipes. */
  variant: name.optional(),
  /** Whose filespec and bytecode: none for packages that are no Python. */
  interpreter: z.enum(['python3', 'python2', 'none']).default('python3'),
  /** With a -src twin. */
  sources: z.boolean().default(true),
  section: line.optional(),
  category: line.optional(),
  submenu: line.optional(),
  title: line.optional(),
  url: line.optional(),
  /** As OpenWrt spells them: `+python3-light`, `+PACKAGE_python-six:python-light`, `@!SOFT_FLOAT`. */
  depends: words,
  provides: words,
  conflicts: words,
  description: text.default(''),
  conffiles: lines,
  /** Lines of the filespec; absent: the default, all of site-packages. */
  filespec: z.array(line).optional(),
  /** Shell lines with references of make, before the filespec; absent: the scripts in usr/bin. */
  install: text.optional(),
  /** The whole installation by hand: no filespec, no bytecode. */
  'package-install': text.optional(),
  /** Lines of Kconfig. */
  config: text.optional(),
  preinst: text.optional(),
  postinst: text.optional(),
  prerm: text.optional(),
  postrm: text.optional(),
  when: conditions,
  /** Other settings of the package: USERID, ABI_VERSION, or what holds under a condition. */
  settings: z.array(setting).default([]),
});

/** A piece of Makefile with a name: a step of the build (`Build/Compile`), or a function. */
const define = z.strictObject({
  name: line.regex(/^\S+$/, 'must be one word'),
  text,
  when: conditions,
});

const verbatim = z.strictObject({ line: z.int().positive(), text, reason: line });

/** Every table of the file by its place, so that a wrong key can be told from the right ones. */
export const TABLES = {
  '': z.strictObject({
    recipe,
    source: source.default(() => source.parse({})),
    build: build.default(() => build.parse({})),
    package: z.array(packageTable).default([]),
    step: z.array(define).default([]),
    function: z.array(define).default([]),
    place: z.array(place).default([]),
    variable: z.array(variable).default([]),
    verbatim: z.array(verbatim).default([]),
  }),
  recipe,
  source,
  build,
  'build.python3': python,
  'build.python2': python,
  package: packageTable,
  'package.settings': setting,
  step: define,
  function: define,
  place,
  variable,
  verbatim,
} as const;

/** A recipe as data, with every default filled in; keys as in the file. */
export type RecipeDefinition = z.output<(typeof TABLES)['']>;
export type RecipePackage = RecipeDefinition['package'][number];
export type RecipeVariable = RecipeDefinition['variable'][number];
/** What may be left out is left out. */
export type RecipeInput = z.input<(typeof TABLES)['']>;
