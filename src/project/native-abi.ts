/**
 * What a project says of the ABI of its wheels before one is built.
 *
 * Sources: setuptools (`py_limited_api` of bdist_wheel), scikit-build-core (`wheel.py-api`), meson-python (`limited-api`), maturin and
 * PyO3 (features `abi3-py3N`, `abi3t-py315`, `bindings`), PEP 803.
 */
import { normalizeName, parseRequirement } from '../packaging/index.ts';

/** What is known of the ABI of a project's wheels. */
export type AbiClaim =
  /** The backend decides while it builds. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'stable';
      /** The oldest CPython 3.N that takes the wheel; undefined when the build decides. */
      readonly minor?: number;
      /** Free-threaded Pythons from 3.15 on take one for abi3t. */
      readonly freeThreaded: boolean;
      readonly where: string;
    }
  /** Native files, but none that links to Python: `py3-none-PLATFORM`. */
  | { readonly kind: 'none'; readonly where: string }
  /** Nothing native: `py3-none-any`. */
  | { readonly kind: 'pure'; readonly where: string };

/** What a claim is read from. */
export interface AbiSources {
  /** `module` or `module:object`. */
  readonly backend: string;
  readonly buildRequires: readonly string[];
  /** `[tool]` of pyproject.toml. */
  readonly tool: Readonly<Record<string, unknown>>;
  readonly setupCfg: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly hasSetupPy: boolean;
  /** Cargo.toml as data, where maturin is the backend. */
  readonly cargo?: unknown;
}

/** The claim of a project. */
export function abiClaimOf(sources: AbiSources): AbiClaim {
  const [backend = ''] = sources.backend.split(':');
  if (backend.startsWith('setuptools')) return ofSetuptools(sources);
  if (backend.startsWith('scikit_build_core')) return ofScikitBuild(sources.tool);
  if (backend === 'mesonpy') return ofMeson(sources.tool);
  if (backend === 'maturin') return ofMaturin(sources);
  return ofPureBackend(backend, sources.tool);
}

const UNKNOWN: AbiClaim = { kind: 'unknown' };

function ofSetuptools({ tool, setupCfg, hasSetupPy, buildRequires }: AbiSources): AbiClaim {
  const inToml = at(tool, 'distutils', 'bdist_wheel');
  const where = 'tool.distutils.bdist_wheel';
  for (const key of ['py-limited-api', 'py_limited_api']) {
    const claim =
      limited(textAt(inToml, key), where) ??
      limited(setupCfg.get('bdist_wheel')?.get(key), 'setup.cfg');
    if (claim !== undefined) return claim;
  }
  const usual = buildRequires.every((each) =>
    ['setuptools', 'wheel', 'setuptools-scm'].includes(normalizeName(parseRequirement(each).name)),
  );
  const isPlain = !hasSetupPy && usual && at(tool, 'setuptools', 'ext-modules') === undefined;
  return isPlain ? { kind: 'pure', where: 'setuptools without setup.py' } : UNKNOWN;
}

/** setuptools refuses the stable ABI for free-threaded Pythons. */
function limited(tag: string | undefined, where: string): AbiClaim | undefined {
  const [, minor] = /^cp3(\d{1,2})$/.exec(tag?.trim() ?? '') ?? [];
  return minor === undefined
    ? undefined
    : { kind: 'stable', minor: Number(minor), freeThreaded: false, where };
}

function ofScikitBuild(tool: unknown): AbiClaim {
  const where = 'tool.scikit-build.wheel.py-api';
  const api = textAt(at(tool, 'scikit-build', 'wheel'), 'py-api');
  if (at(tool, 'scikit-build', 'wheel', 'platlib') === false) return { kind: 'pure', where };
  if (api === undefined || api === '') return UNKNOWN;
  if (/^py\d/.test(api)) return { kind: 'none', where };
  return limited(api, where) ?? UNKNOWN;
}

function ofMeson(tool: unknown): AbiClaim {
  if (at(tool, 'meson-python', 'limited-api') !== true) return UNKNOWN;
  return { kind: 'stable', freeThreaded: false, where: 'tool.meson-python.limited-api' };
}

function ofMaturin({ tool, cargo }: AbiSources): AbiClaim {
  const bindings = textAt(at(tool, 'maturin'), 'bindings');
  if (bindings !== undefined && bindings !== 'pyo3' && bindings !== 'pyo3-ffi')
    return { kind: 'none', where: 'tool.maturin.bindings' };
  const features = [...reachable(cargo, listAt(at(tool, 'maturin'), 'features'))];
  const minors = features.flatMap((each) => /^abi3-py3(\d+)$/.exec(each)?.[1] ?? []).map(Number);
  if (minors.length === 0 && !features.includes('abi3')) return UNKNOWN;
  return {
    kind: 'stable',
    ...(minors.length === 0 ? {} : { minor: Math.min(...minors) }),
    freeThreaded: features.some((each) => each.startsWith('abi3t')),
    where: 'Cargo.toml',
  };
}

/** Features of PyO3 that a default build turns on, with those that maturin is told. */
function reachable(cargo: unknown, wanted: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const name of ['pyo3', 'pyo3-ffi'])
    for (const each of listAt(at(cargo, 'dependencies', name), 'features')) found.add(each);
  const own = at(cargo, 'features');
  const seen = new Set<string>();
  const open = ['default', ...wanted];
  for (let feature = open.pop(); feature !== undefined; feature = open.pop()) {
    if (seen.has(feature)) continue;
    seen.add(feature);
    const [, ofPyo3] = /^pyo3(?:-ffi)?\??\/(.+)$/.exec(feature) ?? [];
    if (ofPyo3 !== undefined) found.add(ofPyo3);
    open.push(...listAt(own, feature));
  }
  return found;
}

/** Backends that make pure wheels unless a hook or a build script is configured. */
function ofPureBackend(backend: string, tool: unknown): AbiClaim {
  const hooks: Readonly<Record<string, readonly (readonly string[])[]>> = {
    'flit_core.buildapi': [],
    uv_build: [],
    'hatchling.build': [
      ['hatch', 'build', 'hooks'],
      ['hatch', 'build', 'targets', 'wheel', 'hooks'],
    ],
    'poetry.core.masonry.api': [['poetry', 'build']],
    'pdm.backend': [['pdm', 'build']],
  };
  const places = hooks[backend];
  if (places === undefined || places.some((place) => at(tool, ...place) !== undefined))
    return UNKNOWN;
  return { kind: 'pure', where: backend };
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined;
    current = Object.entries(current).find(([each]) => each === key)?.[1];
  }
  return current;
}

function textAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === 'string' ? found : undefined;
}

function listAt(value: unknown, key: string): readonly string[] {
  const found = at(value, key);
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
}
