/** Which variable of a recipe is which key of the definition. */

export type FieldKind =
  /** Filled in as far as the recipe can. */
  | 'text'
  /** As written: its references are to be filled in by whoever builds. */
  | 'raw'
  | 'words'
  /** Between commas. */
  | 'people'
  /** `1` or not. */
  | 'switch';

export interface FieldRule {
  /** In the definition: `build.python3.vars`. */
  readonly key: string;
  readonly kind: FieldKind;
  /** Printed with `=` when it refers to anything, because that may be set later. */
  readonly isDeferred?: boolean;
}

/** Variables of the file itself, in the order in which recipes of the feed have them. */
export const RECIPE_FIELDS: Readonly<Record<string, FieldRule>> = {
  PKG_NAME: { key: 'recipe.name', kind: 'text' },
  PKG_VERSION: { key: 'recipe.version', kind: 'text' },
  PKG_RELEASE: { key: 'recipe.release', kind: 'text' },
  PYPI_NAME: { key: 'source.pypi', kind: 'text' },
  PYPI_SOURCE_NAME: { key: 'source.source-name', kind: 'text' },
  PYPI_SOURCE_EXT: { key: 'source.extension', kind: 'text' },
  PKG_SOURCE: { key: 'source.file', kind: 'raw' },
  PKG_SOURCE_URL: { key: 'source.urls', kind: 'words' },
  PKG_SOURCE_PROTO: { key: 'source.protocol', kind: 'text' },
  PKG_SOURCE_VERSION: { key: 'source.revision', kind: 'raw' },
  PKG_SOURCE_DATE: { key: 'source.date', kind: 'text' },
  PKG_SOURCE_SUBDIR: { key: 'source.subdirectory', kind: 'raw' },
  PKG_MIRROR_HASH: { key: 'source.mirror-hash', kind: 'text' },
  PKG_HASH: { key: 'source.hash', kind: 'text' },
  PKG_LICENSE: { key: 'recipe.license', kind: 'words' },
  PKG_LICENSE_FILES: { key: 'recipe.license-files', kind: 'words' },
  PKG_MAINTAINER: { key: 'recipe.maintainers', kind: 'people' },
  PKG_CPE_ID: { key: 'recipe.cpe-id', kind: 'text' },
  PKG_CONFIG_DEPENDS: { key: 'recipe.config-depends', kind: 'words' },
  PKG_BUILD_DEPENDS: { key: 'build.depends', kind: 'words' },
  HOST_BUILD_DEPENDS: { key: 'build.host-depends', kind: 'words' },
  HOST_PYTHON3_PACKAGE_BUILD_DEPENDS: { key: 'build.host-pip-depends', kind: 'words' },
  PKG_HOST_ONLY: { key: 'build.host-only', kind: 'switch' },
  PKG_BUILD_DIR: { key: 'build.directory', kind: 'raw' },
  HOST_BUILD_DIR: { key: 'build.host-directory', kind: 'raw' },
  PKG_UNPACK: { key: 'build.unpack', kind: 'raw', isDeferred: true },
  HOST_UNPACK: { key: 'build.host-unpack', kind: 'raw', isDeferred: true },
  PKG_BUILD_PARALLEL: { key: 'build.parallel', kind: 'switch' },
  HOST_BUILD_PARALLEL: { key: 'build.host-parallel', kind: 'switch' },
  PKG_BUILD_FLAGS: { key: 'build.flags', kind: 'words' },
  PYTHON3_PKG_BUILD_VARS: { key: 'build.python3.vars', kind: 'raw', isDeferred: true },
  PYTHON3_PKG_BUILD_ARGS: { key: 'build.python3.args', kind: 'raw', isDeferred: true },
  PYTHON3_PKG_BUILD_PATH: { key: 'build.python3.path', kind: 'raw', isDeferred: true },
  PYTHON3_PKG_BUILD_CONFIG_SETTINGS: {
    key: 'build.python3.config-settings',
    kind: 'raw',
    isDeferred: true,
  },
  PYTHON3_PKG_INSTALL_VARS: { key: 'build.python3.install-vars', kind: 'raw', isDeferred: true },
  PYTHON3_PKG_WHEEL_NAME: { key: 'build.python3.wheel-name', kind: 'raw', isDeferred: true },
  PYTHON3_PKG_WHEEL_VERSION: { key: 'build.python3.wheel-version', kind: 'raw', isDeferred: true },
  ...setupFields('PYTHON3', 'python3'),
  ...setupFields('PYTHON', 'python2'),
};

/** Settings inside `define Package/NAME`. */
export const PACKAGE_FIELDS: Readonly<Record<string, FieldRule>> = {
  SECTION: { key: 'section', kind: 'text' },
  CATEGORY: { key: 'category', kind: 'text' },
  SUBMENU: { key: 'submenu', kind: 'text' },
  TITLE: { key: 'title', kind: 'text' },
  URL: { key: 'url', kind: 'text' },
  DEPENDS: { key: 'depends', kind: 'words' },
  PROVIDES: { key: 'provides', kind: 'words' },
  CONFLICTS: { key: 'conflicts', kind: 'words' },
  VARIANT: { key: 'variant', kind: 'text' },
};

/** The parts of a package that are defines of their own: `Package/NAME/description`. */
export const PACKAGE_PARTS: Readonly<Record<string, string>> = {
  description: 'description',
  conffiles: 'conffiles',
  install: 'package-install',
  config: 'config',
  preinst: 'preinst',
  postinst: 'postinst',
  prerm: 'prerm',
  postrm: 'postrm',
};

function setupFields(prefix: string, interpreter: string): Record<string, FieldRule> {
  return Object.fromEntries(
    ['SETUP_DIR', 'SETUP_VARS', 'SETUP_GLOBAL_ARGS', 'SETUP_ARGS'].map((name) => [
      `${prefix}_PKG_${name}`,
      {
        key: `build.${interpreter}.${name.toLowerCase().replaceAll('_', '-')}`,
        kind: 'raw' as const,
        isDeferred: true,
      },
    ]),
  );
}
