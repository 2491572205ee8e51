/**
 * What nobody can tell of the dependencies of an sdist. Each is a clause: one of them is enough for a dependency that was not
 * found to be needed all the same.
 */
import { normalizeName } from '../../packaging/index.ts';
import type { DependencyReport } from '../dependencies/index.ts';
import { judgeRequirements, type ActiveRequirement } from '../dependencies/requirements.ts';
import type { RecipeOptions } from './derive.ts';
import { readRequirements } from './host-depends.ts';
import { hasNativeCode } from './native-code.ts';
import type { SdistSubject } from './sdist-subject.ts';

type Asked = Pick<RecipeOptions, 'release' | 'extras'>;

/** What Requires-Dist asks for on the target, but for extras of the project itself. */
export function activeRequirements(
  { metadata, filename, requires }: SdistSubject,
  { release, extras }: Asked,
): readonly ActiveRequirement[] {
  const { requirements } = readRequirements(requires);
  const project = normalizeName(metadata.name ?? filename.name);
  return judgeRequirements(requirements, { python: release.python, extras, project }).active;
}

/** What the sdist itself leaves open, whoever reads it. */
export function untold(subject: SdistSubject, asked: Asked): string[] {
  const { metadata, modules, built, requires } = subject;
  return [
    ...readRequirements(requires).unreadable.map(
      (text) => `"${text}" of Requires-Dist is no requirement`,
    ),
    // Only the metadata of that project tells, and the feed's packages have no extras.
    ...activeRequirements(subject, asked)
      .filter(({ requirement }) => requirement.extras.length > 0)
      .map(({ text }) => `what ${text} requires for its extra is not known`),
    ...(metadata.dynamic.some((field) => field.toLowerCase() === 'requires-dist')
      ? ['the build finds more requirements than the sdist tells (Dynamic)']
      : []),
    ...(modules.length + built.length === 0
      ? ['which modules the build installs cannot be told from the sdist']
      : []),
  ];
}

/**
 * All that is not known of imports and requirements; empty: what was not found is not there.
 * @param report undefined where no Python could read the imports
 */
export function blindSpots(
  subject: SdistSubject,
  asked: Asked,
  report: DependencyReport | undefined,
): string[] {
  const unread = (report?.findings ?? [])
    .filter(({ code }) => UNREAD.has(code))
    .map(({ path = '' }) => path.replace(/^.*\/site-packages\//, ''));
  return [
    ...untold(subject, asked),
    ...(tellsRequirements(subject)
      ? []
      : ['metadata from before version 2.2 may leave requirements out, and this has none']),
    ...(report === undefined ? ['no Python read the imports'] : []),
    ...(unread.length === 0
      ? []
      : [`what ${unread.slice(0, MOST_NAMED).join(', ')} imports is not known`]),
    ...(hasNativeCode(subject) ? ['what native code imports cannot be seen'] : []),
  ];
}

const MOST_NAMED = 3;
const UNREAD: ReadonlySet<string> = new Set(['openwrt/bad-source', 'openwrt/unread-source']);

/** Whether an sdist without requirements has none: metadata says so since 2.2, and setuptools by a folder without requires.txt. */
function tellsRequirements({ metadata, members, requires }: SdistSubject): boolean {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)$/.exec(metadata.metadataVersion ?? '') ?? [];
  const isNew = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 2);
  return (
    isNew || requires.length > 0 || members.some((path) => /(?:^|\/)[^/]+\.egg-info\//.test(path))
  );
}
