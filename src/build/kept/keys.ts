/** Digests of everything that a build or a test depends on: by them a later run knows what it need not do again. */
import { createHash } from 'node:crypto';
import { sourceDateEpoch, type Environment } from '../environment.ts';
import type { PackageBuild } from '../package-build.ts';
import type { BuildJob } from '../job.ts';

/**
 * Everything the bytes of a wheel depend on. What an isolated build gets from an index is not part of it: a newer
 * setuptools there is no reason to build again.
 */
export function buildKey(
  plan: PackageBuild,
  job: BuildJob,
  { toolVersion, needed }: KeyContext,
): string {
  const { interpreter } = job;
  const { realPath, hexVersion, soabi, platform, packages } = interpreter;
  return keyOf([
    toolVersion,
    sourcesKey(plan),
    [realPath, hexVersion, soabi, platform, packages],
    plan.frontend ?? null,
    plan.isolated,
    environmentKey(plan.env),
    buildOptionsOf(plan, job),
    needed.map(({ sha256 }) => sha256),
  ]);
}

/** What decides the bytes of a wheel besides its sources. */
interface KeyContext {
  /** Another version of wheelworks may build or tag differently. */
  readonly toolVersion: string;
  /** Wheels of other packages that it is built with. */
  readonly needed: readonly { readonly sha256: string }[];
}

/** The options that a build sees; those of its test are not among them. */
function buildOptionsOf(
  { unrepaired, debugFiles }: PackageBuild,
  { options, environment, imageId }: BuildJob,
): unknown {
  const { beforeAll, beforeBuild, buildFrontend, configSettings, repairCommand } = options;
  return [
    [beforeAll, beforeBuild, buildFrontend, configSettings, options.environment],
    unrepaired ? null : (repairCommand ?? 'own'),
    ...(debugFiles ? ['debug files'] : []),
    environment === 'container' ? [options.image, imageId, options.engine.createArgs] : null,
  ];
}

/** What a wheel was made from, whatever the interpreter: wheels of one release must agree in it. */
export function sourcesKey(plan: PackageBuild): string {
  const { sources, configSettings, project } = plan;
  return keyOf([sources.digest, sources.projectPath, configSettings, project.settings.environment]);
}

/** Everything that the sets depend on which the wheels of a package are cut into. */
export function splitKey(
  { split, env }: PackageBuild,
  wheels: readonly { readonly filename: string; readonly sha256: string }[],
  toolVersion: string,
): string {
  const inputs = wheels.map(({ filename, sha256 }) => `${filename} ${sha256}`).sort();
  return keyOf([toolVersion, split, sourceDateEpoch(env), inputs]);
}

/** Everything the outcome of a test depends on, but for what the index has for the wheel's dependencies. */
export function testKey(
  plan: PackageBuild,
  { interpreter, options, environment, imageId }: BuildJob,
  wheel: { readonly sha256: string; readonly from: 'file' | 'index' },
): string {
  const { testCommand, beforeTest, testRequires, testExtras, testGroups } = options;
  const runsNothing = testCommand === '' && beforeTest === '';
  return keyOf([
    wheel.sha256,
    wheel.from,
    [interpreter.realPath, interpreter.hexVersion],
    environment === 'container' ? [options.image, imageId] : null,
    [testCommand, beforeTest],
    [testRequires, testExtras, testGroups, options.testSources, options.testEnvironment],
    // Tests usually lie in the sources.
    runsNothing ? null : [plan.sources.digest, environmentKey(plan.env)],
  ]);
}

/**
 * Variables that tell sessions, terminals and runs of a CI system apart and that no build means to read. Everything
 * else counts, since a project may be configured by any variable.
 */
const SESSION_VARIABLES =
  /^(?:_|PWD|OLDPWD|TMPDIR|TMP|TEMP|SHLVL|TERM.*|COLUMNS|LINES|COLORTERM|COLORFGBG|LS_COLORS|PS\d|PROMPT.*|HIST.*|SSH_.*|XDG_(?:SESSION|SEAT|VTNR|RUNTIME).*|DBUS_.*|DISPLAY|WAYLAND_DISPLAY|WINDOWID|GPG_.*|STY|TMUX.*|VTE_.*|KONSOLE_.*|ITERM_.*|VSCODE_.*|WT_.*|INVOCATION_ID|JOURNAL_STREAM|NO_COLOR|FORCE_COLOR|CLICOLOR.*|GITHUB_(?:RUN|ACTION|STEP|OUTPUT|ENV|PATH|STATE|JOB|SHA|TOKEN|EVENT).*|RUNNER_.*|CI_JOB_.*|CI_PIPELINE_.*|BUILD_(?:ID|NUMBER|URL|TAG)|npm_.*|WHEELWORKS_.*)$/;

function environmentKey(env: Environment): string {
  const counted = Object.entries(env)
    .filter(([name, value]) => value !== undefined && !SESSION_VARIABLES.test(name))
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .sort();
  return keyOf(counted);
}

/** One digest over values; order and nesting count. */
function keyOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
