/** Which identifiers a project's selection leaves. */
import {
  specifierSetContains,
  tryParseSpecifierSet,
  type SpecifierSet,
} from '../../packaging/index.ts';
import { buildIdentifiers, type BuildIdentifier } from '../../platform/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { selectorAdvice } from '../advice/selectors.ts';
import type { PlanAdvice } from '../model.ts';
import { namedOption, type OptionSources } from '../options/cascade.ts';
import { architecturesOf, type PlanHost } from './architectures.ts';
import { enabledGroups, isEnabled } from './enable.ts';
import { matchesSelectors } from './selectors.ts';

export interface SelectionRequest {
  readonly sources: OptionSources;
  readonly host: PlanHost;
  /** Of the project. */
  readonly requiresPython: string | undefined;
  /** This one, whatever else is selected. */
  readonly only: BuildIdentifier | undefined;
  readonly onlyKnown: boolean;
}

/** What is selected on one platform. */
export interface Selection {
  /** In the order of the table. */
  readonly identifiers: readonly BuildIdentifier[];
  readonly testSkip: string;
  /** Patterns that select nothing. */
  readonly advice: readonly PlanAdvice[];
}

/**
 * Applies requires-python, enable, archs, build and skip.
 * @throws WheelworksError `config/unknown-group`, `config/unknown-architecture`, `config/pattern-too-large`, `config/bad-option`.
 */
export function select({
  sources,
  host,
  requiresPython,
  only,
  onlyKnown,
}: SelectionRequest): Selection {
  const { platform } = sources;
  const [build, skip, testSkip, enable, archs] = (
    ['build', 'skip', 'test-skip', 'enable', 'archs'] as const
  ).map((name) => namedOption(name, sources));
  if (!build || !skip || !testSkip || !enable || !archs) throw new Error('options are missing');
  const groups = enabledGroups(enable.text, onlyKnown, enable.from);
  const architectures = architecturesOf(archs.text, {
    platform,
    host,
    onlyKnown,
    from: archs.from,
  });
  const requires = requiredPythons(requiresPython, sources);
  const patterns = build.text.trim() === '' ? '*' : build.text;
  const identifiers = buildIdentifiers.filter(({ id, python, target, inCibuildwheel }) => {
    if (target.platform !== platform || (onlyKnown && !inCibuildwheel)) return false;
    if (requires !== undefined && !specifierSetContains(requires, `${python.version}.99`))
      return false;
    if (only !== undefined) return id === only.id;
    return (
      architectures.has(target.arch) &&
      isEnabled(python, groups) &&
      matchesSelectors(patterns, id) &&
      !matchesSelectors(skip.text, id) &&
      !(onlyKnown && isLeftOutOnMac(id, platform, host))
    );
  });
  return {
    identifiers,
    testSkip: testSkip.text,
    advice: [
      ...selectorAdvice({ option: 'build', value: build, groups }),
      ...selectorAdvice({ option: 'skip', value: skip, groups }),
      ...selectorAdvice({ option: 'test-skip', value: testSkip, groups }),
      ...sources.tables
        .flatMap(({ overrides }) => overrides)
        .flatMap(({ select: text, where }) =>
          selectorAdvice({ option: 'overrides', value: { text, from: [where] }, groups }),
        ),
    ],
  };
}

/** cibuildwheel plans no PyPy or GraalPy for arm64 Macs on an x86_64 machine. */
function isLeftOutOnMac(id: string, platform: string, { machine }: PlanHost): boolean {
  return platform === 'macos' && machine === 'x86_64' && /^[pg]p.*arm64$/.test(id);
}

function requiredPythons(
  ofProject: string | undefined,
  { env }: OptionSources,
): SpecifierSet | undefined {
  const variable = env['CIBW_PROJECT_REQUIRES_PYTHON'];
  const text = variable === undefined || variable === '' ? ofProject : variable;
  if (text === undefined) return undefined;
  const set = tryParseSpecifierSet(text);
  if (set !== undefined) return set;
  throw new WheelworksError(
    'config/bad-option',
    `requires-python is no set of versions: ${text}.`,
    {
      evidence: text === ofProject ? 'project' : 'CIBW_PROJECT_REQUIRES_PYTHON',
      hint: 'Write it as PEP 440 specifiers, such as >=3.11.',
    },
  );
}
