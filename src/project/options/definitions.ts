/**
 * The options of `[tool.cibuildwheel]`: what each takes, where it may stand, and what it is by default.
 *
 * Source: cibuildwheel 4.2, docs/options.md and cibuildwheel/resources/defaults.toml.
 */

/** How values that are no text become one, and how two are joined by `inherit`. */
export type OptionShape =
  | { readonly kind: 'plain' }
  /** `words`: what is between separators is quoted as a shell does, so that an item may hold blanks. */
  | { readonly kind: 'list'; readonly separator: string; readonly words?: true }
  | {
      readonly kind: 'table';
      readonly separator: string;
      readonly between: string;
      readonly merges: boolean;
    }
  | { readonly kind: 'environment' };

export interface OptionDefinition {
  /** As in TOML: `before-all`. */
  readonly name: string;
  readonly shape: OptionShape;
  readonly default: string;
  /** There is `CIBW_NAME_LINUX` besides `CIBW_NAME`. */
  readonly hasPlatformVariable: boolean;
  /** May stand in `[[overrides]]`. */
  readonly inOverrides: boolean;
  /** An empty value is as good as none. */
  readonly ignoresEmpty?: true;
  /** Variables add to the tables instead of replacing them. */
  readonly variableAdds?: true;
  /** The platform whose table may not have it, and those whose tables may not. */
  readonly notIn?: readonly string[];
  /** Only `[tool.wheelworks]` has it. */
  readonly isOwn?: true;
  /** What happens instead of what cibuildwheel would do. */
  readonly notHonoured?: string;
}

const PLAIN = { kind: 'plain' } as const;
const SPACES = { kind: 'list', separator: ' ' } as const;
const COMMANDS = { kind: 'list', separator: ' && ' } as const;
const WORDS = { kind: 'list', separator: ' ', words: true } as const;
const FIELDS = { kind: 'table', separator: '; ', between: ':', merges: false } as const;

const NO_MOBILE = 'wheelworks makes no wheels for Android, iOS or Pyodide';
const OWN_AUDIT = 'wheelworks audits and checks every wheel itself';

/** One option; what is left out is the usual. */
function option(
  name: string,
  shape: OptionShape,
  rest: Partial<OptionDefinition> = {},
): OptionDefinition {
  return { name, shape, default: '', hasPlatformVariable: true, inOverrides: true, ...rest };
}

const SELECTION = { hasPlatformVariable: false, inOverrides: false } as const;
const WITHOUT_IMAGES = ['macos', 'windows'] as const;

function image(name: string, rest: Partial<OptionDefinition> = {}): OptionDefinition {
  return option(name, PLAIN, { ignoresEmpty: true, notIn: WITHOUT_IMAGES, ...rest });
}

const ARCHITECTURES = ['x86_64', 'i686', 'aarch64', 'ppc64le', 's390x', 'armv7l', 'riscv64'];
const PYPY_IMAGE =
  'images of PyPy are those of manylinux-ARCH-image; cibuildwheel 4.2 passes this over, too';

/** Every option, of cibuildwheel and those of the same kind that are ours. */
export const OPTIONS: readonly OptionDefinition[] = [
  option('build', SPACES, { ...SELECTION, default: '*' }),
  option('skip', SPACES, SELECTION),
  option('test-skip', SPACES, SELECTION),
  option('enable', SPACES, { ...SELECTION, variableAdds: true }),
  option('archs', SPACES, { inOverrides: false, ignoresEmpty: true, default: 'auto' }),
  option('build-frontend', FIELDS, { hasPlatformVariable: false, default: 'default' }),
  option('config-settings', { kind: 'table', separator: ' ', between: '=', merges: true }),
  option('environment', { kind: 'environment' }),
  option('environment-pass', SPACES),
  option('build-verbosity', PLAIN, { default: '0' }),
  option('before-all', COMMANDS),
  option('before-build', COMMANDS),
  option('repair-wheel-command', COMMANDS),
  option('before-test', COMMANDS),
  option('test-command', COMMANDS),
  option('test-sources', WORDS),
  option('test-requires', WORDS),
  option('test-extras', { kind: 'list', separator: ',' }),
  option('test-groups', SPACES),
  option('test-environment', { kind: 'environment' }),
  option('container-engine', FIELDS, { default: 'docker' }),
  ...ARCHITECTURES.map((arch) => image(`manylinux-${arch}-image`)),
  ...['x86_64', 'i686', 'aarch64'].map((arch) =>
    image(`manylinux-pypy_${arch}-image`, { notHonoured: PYPY_IMAGE }),
  ),
  ...ARCHITECTURES.map((arch) => image(`musllinux-${arch}-image`)),
  image('manylinux-loongarch64-image', { isOwn: true }),
  image('manylinux-ppc64-image', { isOwn: true }),
  image('musllinux-loongarch64-image', { isOwn: true }),
  option('audit-command', COMMANDS, { notHonoured: OWN_AUDIT }),
  option('audit-requires', WORDS, { notHonoured: OWN_AUDIT }),
  option('dependency-versions', FIELDS, {
    notIn: ['linux'],
    notHonoured:
      'tools are those of this machine or of the image; nothing is installed beside what a build requires',
  }),
  option('xbuild-tools', WORDS, { notHonoured: NO_MOBILE }),
  option('xbuild-files', FIELDS, { notHonoured: NO_MOBILE }),
  option('test-runtime', FIELDS, { notHonoured: NO_MOBILE }),
  option('pyodide-version', PLAIN, { hasPlatformVariable: false, notHonoured: NO_MOBILE }),
];

const BY_NAME = new Map(OPTIONS.map((each) => [each.name, each]));

/** The option of a name. */
export function optionDefinition(name: string): OptionDefinition | undefined {
  return BY_NAME.get(name);
}

/** Platforms that have a table of their own. */
export const OPTION_PLATFORMS = ['linux', 'macos', 'windows', 'android', 'ios', 'pyodide'] as const;

export type OptionPlatform = (typeof OPTION_PLATFORMS)[number];
