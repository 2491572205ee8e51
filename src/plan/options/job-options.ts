/** The options of one job, read from the texts that the cascade leaves. */
import type { BuildTarget } from '../../platform/index.ts';
import { OPTIONS, type OptionDefinition } from '../../project/index.ts';
import { splitShellWords } from '../../support/shell-words.ts';
import { WheelworksError } from '../../support/errors.ts';
import { parseEnvironment } from '../environment/parse.ts';
import type { ContainerEngine, EnvironmentAssignment, JobOptions } from '../model.ts';
import { resolveOption, FROM_DEFAULT, type OptionSources, type ResolvedOption } from './cascade.ts';
import { matchesSelectors } from '../select/selectors.ts';
import { fieldsOf } from './fields.ts';
import { jobImage } from './images.ts';

/** A job's options, and where each that is not the default is from. */
export interface ResolvedJobOptions {
  readonly options: JobOptions;
  /** By option, the places that have a part in its value, in order. */
  readonly from: Readonly<Record<string, readonly string[]>>;
}

export interface JobOptionsRequest {
  readonly sources: OptionSources;
  readonly id: string;
  readonly target: BuildTarget;
  /** Patterns of test-skip. */
  readonly testSkip: string;
}

/**
 * Resolves and reads every option of a job.
 * @throws WheelworksError `config/bad-option`, `config/bad-environment`, `config/unclosed-quote`, `config/retired-image`.
 */
export function jobOptionsOf({
  sources,
  id,
  target,
  testSkip,
}: JobOptionsRequest): ResolvedJobOptions {
  const resolved = new Map<string, ResolvedOption>();
  for (const definition of OPTIONS)
    resolved.set(definition.name, resolveOption(definition, sources, id));
  const read = <Value>(name: string, parse: (text: string) => Value): Value => {
    const { text, from } = resolved.get(name) ?? { text: '', from: [FROM_DEFAULT] };
    try {
      return parse(text);
    } catch (error) {
      throw namedAfter(error, name, from);
    }
  };
  const text = (name: string): string => read(name, (each) => each.trim());
  const words = (name: string): readonly string[] => read(name, (each) => splitShellWords(each));
  const assignments = (name: string): readonly EnvironmentAssignment[] =>
    read(name, parseEnvironment);
  const image = imageOf(target, (name) => read(name, (value) => jobImage(value, target)));
  const repair = resolved.get('repair-wheel-command');
  const isOurs = repair === undefined || repair.from.includes(FROM_DEFAULT);
  return {
    options: {
      beforeAll: text('before-all'),
      beforeBuild: text('before-build'),
      buildFrontend: read('build-frontend', frontendOf),
      configSettings: read('config-settings', settingsOf),
      environment: assignments('environment'),
      environmentPass: read('environment-pass', blanks),
      buildVerbosity: read('build-verbosity', verbosityOf),
      ...(isOurs ? {} : { repairCommand: text('repair-wheel-command') }),
      beforeTest: text('before-test'),
      testCommand: text('test-command'),
      testSources: words('test-sources'),
      testRequires: words('test-requires'),
      testExtras: read('test-extras', (each) => each.split(',').flatMap(blanks)),
      testGroups: read('test-groups', blanks),
      testEnvironment: assignments('test-environment'),
      skipTest: matchesSelectors(testSkip, id),
      ...skippedHalves(testSkip, id, target),
      ...(image === undefined ? {} : { image }),
      engine: read('container-engine', engineOf),
    },
    from: Object.fromEntries(
      OPTIONS.flatMap((definition) => {
        const from = resolved.get(definition.name)?.from ?? [];
        return from.includes(FROM_DEFAULT) || !isOfJob(definition) ? [] : [[definition.name, from]];
      }),
    ),
  };
}

/** A universal2 wheel is tested on both processors; `ID:arm64` skips one of them. */
function skippedHalves(
  testSkip: string,
  id: string,
  { arch }: BuildTarget,
): Pick<JobOptions, 'skipTestArchs'> {
  if (arch !== 'universal2') return {};
  const halves = ['x86_64', 'arm64'].filter((each) => matchesSelectors(testSkip, `${id}:${each}`));
  return halves.length === 0 ? {} : { skipTestArchs: halves };
}

function isOfJob({ inOverrides, name }: OptionDefinition): boolean {
  return inOverrides || name === 'test-skip';
}

/** Errors of readers that know the text alone get the option's name. */
function namedAfter(error: unknown, name: string, from: readonly string[]): unknown {
  if (!(error instanceof WheelworksError) || error.message.startsWith(name)) return error;
  return new WheelworksError(error.code, `${name} (${from.join(', ')}): ${error.message}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.evidence === undefined ? {} : { evidence: error.evidence }),
  });
}

function refuse(name: string, reason: string): WheelworksError {
  return new WheelworksError('config/bad-option', `${name} is not what it must be: ${reason}.`);
}

function imageOf(
  { platform, libc, arch }: BuildTarget,
  read: (name: string) => string | undefined,
): string | undefined {
  if (platform !== 'linux') return undefined;
  return read(`${libc === 'musl' ? 'musllinux' : 'manylinux'}-${arch}-image`);
}

function blanks(text: string): readonly string[] {
  return text.split(/\s+/).filter((each) => each !== '');
}

const FRONTENDS = ['default', 'build', 'build[uv]', 'pip', 'uv'] as const;

function frontendOf(text: string): JobOptions['buildFrontend'] {
  const fields = fieldsOf(text, { first: 'name', others: ['args'] });
  if (typeof fields === 'string') throw refuse('build-frontend', fields);
  const given = (fields.get('name') ?? ['default']).join(' ');
  const name = FRONTENDS.find((each) => each === given);
  if (name === undefined)
    throw refuse('build-frontend', `'${given}' is none of ${FRONTENDS.join(', ')}`);
  return { name, args: fields.get('args') ?? [] };
}

const ENGINE_FIELDS = ['create_args', 'create-args', 'disable_host_mount', 'disable-host-mount'];

function engineOf(text: string): ContainerEngine {
  const fields = fieldsOf(text, { first: 'name', others: ENGINE_FIELDS });
  if (typeof fields === 'string') throw refuse('container-engine', fields);
  const name = (fields.get('name') ?? []).join(' ');
  if (name !== 'docker' && name !== 'podman')
    throw refuse('container-engine', `'${name}' is neither docker nor podman`);
  const mount = fields.get('disable_host_mount') ?? fields.get('disable-host-mount') ?? [];
  return {
    name,
    createArgs: withoutPlatform(fields.get('create_args') ?? fields.get('create-args') ?? []),
    disableHostMount: /^(?:y|yes|t|true|on|1)$/i.test(mount.at(-1) ?? ''),
  };
}

/** The identifier says which platform a container is of. */
function withoutPlatform(args: readonly string[]): readonly string[] {
  return args.filter(
    (each, index) =>
      each !== '--platform' && args[index - 1] !== '--platform' && !each.startsWith('--platform='),
  );
}

function settingsOf(text: string): JobOptions['configSettings'] {
  const name = 'config-settings';
  const grouped = new Map<string, string | readonly string[]>();
  for (const word of splitShellWords(text)) {
    const key = word.includes('=') ? word.slice(0, word.indexOf('=')) : word;
    const value = word.includes('=') ? word.slice(key.length + 1) : '';
    if (key === '') throw refuse(name, `'${word}' has no key`);
    const known = grouped.get(key);
    grouped.set(
      key,
      known === undefined ? value : [...(typeof known === 'string' ? [known] : known), value],
    );
  }
  return Object.fromEntries(grouped);
}

function verbosityOf(text: string): number {
  const given = text.trim();
  if (!/^[-+]?\d{1,3}$/.test(given))
    throw refuse('build-verbosity', `'${given}' is no whole number`);
  return Math.min(3, Math.max(-2, Number(given)));
}
