import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planBuild } from '../../src/plan/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { scratch } from '../support/scratch.ts';
import recorded from '../vectors/cibuildwheel/identifiers.json' with { type: 'json' };

interface Case {
  readonly name: string;
  readonly platform: string;
  readonly pyproject: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exit: number;
  readonly identifiers?: readonly string[];
  readonly error?: string;
}

const CASES: readonly Case[] = recorded.cases;

/** What an error of cibuildwheel is about, and our code for it. */
const SUBSTANCE: readonly (readonly [RegExp, string])[] = [
  [/^Invalid architecture '(?<about>.*)'/, 'config/unknown-architecture'],
  [/Unknown enable group: (?<about>[\w-]+)/, 'config/unknown-group'],
  [/^'(?<about>[\w-]+)' is not allowed in/, 'config/option-misplaced'],
  [/^Option '(?<about>[\w-]+)' not supported/, 'config/unknown-setting'],
];

async function planned({ platform, pyproject, env }: Case): Promise<readonly string[]> {
  const folder = await scratch();
  await writeFile(join(folder, 'pyproject.toml'), pyproject);
  if (platform !== 'linux' && platform !== 'macos' && platform !== 'windows')
    throw new Error(platform);
  const { jobs } = await planBuild({
    cwd: folder,
    directories: ['.'],
    platforms: [platform],
    host: { platform: 'linux', machine: 'x86_64' },
    env,
    today: '2026-11-20',
    onlyKnown: true,
  });
  return jobs.map(({ id }) => id);
}

describe('a plan limited to what cibuildwheel knows', () => {
  it.each(CASES.filter(({ exit }) => exit === 0))(
    'has its identifiers in its order: $name on $platform',
    async (each) => {
      expect(await planned(each)).toEqual(each.identifiers);
    },
  );

  it.each(CASES.filter(({ exit }) => exit !== 0))(
    'refuses what it refuses, for the same reason: $name on $platform',
    async (each) => {
      expect(each.exit).toBe(2);
      const text = (each.error ?? '').replace(/^cibuildwheel: error: /, '');
      const [pattern, code] = SUBSTANCE.find(([known]) => known.test(text)) ?? [];
      const error: unknown = await planned(each).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WheelworksError);
      expect(error).toMatchObject({ code });
      const about = pattern?.exec(text)?.groups?.['about'];
      expect(about).toBeDefined();
      expect(String(error)).toContain(about);
    },
  );
});
