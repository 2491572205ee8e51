/** The files in which a project tells of itself beside pyproject.toml. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { tryParseSpecifierSet } from '../../packaging/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../../support/errors.ts';
import { linesOf, parseSetupCfg, type SetupCfg } from './setup-cfg.ts';
import { literalArguments } from './setup-py.ts';

/** What setup.cfg and setup.py say; the former wins, as in setuptools. */
export interface LegacyFiles {
  readonly name?: string;
  readonly version?: string;
  /** A version specifier set, known to be a valid one. */
  readonly requiresPython?: string;
  readonly dependencies: readonly string[];
  readonly setupCfg: SetupCfg;
  readonly hasSetupPy: boolean;
}

/**
 * Reads both, where they are there.
 * @throws WheelworksError `config/bad-option` when python_requires is no set of versions, `file/*`.
 */
export async function readLegacyFiles(directory: string): Promise<LegacyFiles> {
  const cfg = await readOptional(join(directory, 'setup.cfg'));
  const script = await readOptional(join(directory, 'setup.py'));
  const setupCfg = parseSetupCfg(cfg ?? '');
  const literals = literalArguments(script ?? '');
  const metadata = setupCfg.get('metadata');
  const options = setupCfg.get('options');
  const name = metadata?.get('name') ?? literals.get('name');
  const version = staticVersion(metadata?.get('version')) ?? literals.get('version');
  const required = options?.get('python_requires') ?? literals.get('python_requires');
  if (required !== undefined)
    requireSpecifiers(
      required,
      join(directory, options?.has('python_requires') === true ? 'setup.cfg' : 'setup.py'),
    );
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(required === undefined ? {} : { requiresPython: required }),
    dependencies: linesOf(options?.get('install_requires')),
    setupCfg,
    hasSetupPy: script !== undefined,
  };
}

/** `attr: pkg.__version__` and `file: VERSION` are for setuptools to follow. */
function staticVersion(text: string | undefined): string | undefined {
  return text === undefined || /^(?:attr|file):|%\(/.test(text) ? undefined : text;
}

function requireSpecifiers(text: string, path: string): void {
  if (tryParseSpecifierSet(text) !== undefined) return;
  throw new WheelworksError('config/bad-option', 'python_requires is no set of versions.', {
    path,
    evidence: text,
    hint: 'Write it as PEP 440 specifiers, such as >=3.11.',
  });
}

/** Cargo.toml of a project that maturin builds, as data; undefined when there is none that can be read. */
export async function readCargo(directory: string, tool: object): Promise<unknown> {
  const place: unknown = Object.entries(tool).find(([key]) => key === 'maturin')?.[1];
  const manifest =
    typeof place === 'object' && place !== null && 'manifest-path' in place
      ? place['manifest-path']
      : undefined;
  const path = resolve(directory, typeof manifest === 'string' ? manifest : 'Cargo.toml');
  try {
    return parse((await readOptional(path)) ?? '');
  } catch (error) {
    // cargo will say what is wrong with it; the plan only knows less.
    if (error instanceof WheelworksError) throw error;
    return undefined;
  }
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, path);
  }
}
