import { resolve } from 'node:path';
import { cacheDirectory } from '../support/cache.ts';
import { fileError } from '../support/errors.ts';
import { cleanUpSync, type InterruptSignal } from '../support/interrupt.ts';
import { EXIT } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { TEXT_COLUMNS, createContext, paletteFor, type ContextHandle } from './context.ts';
import { failureOf, renderFailure, type Failure } from './failure.ts';
import type { HelpLayout } from './help.ts';
import type { Host } from './host.ts';
import { signalExitCode, watchForEnding, type Ending, type EndingWatch } from './interruption.ts';
import { jsonText } from './json.ts';
import { parseCommandLine, type Request } from './parser.ts';
import { startProgress, type Progress } from './progress.ts';
import type { RegistryEntry } from './registry.ts';
import { guardOutput } from './render/sanitize.ts';

type RunRequest = Extract<Request, { kind: 'run' }>;

/**
 * Runs one command line: reads it, runs the command it names, shows what went wrong. Never throws.
 * @returns the exit code: the command's own, 2 for a wrong command line, or 128 and the signal's number.
 */
export async function runProgram(
  host: Host,
  registry: readonly RegistryEntry[] = COMMANDS,
): Promise<number> {
  const watch = watchForEnding(host, () => announceInterrupt(host));
  try {
    return await Promise.race([
      answer(host, registry, watch),
      watch.outOfPatience.then((ending) => endEarly(host, ending, false)),
    ]);
  } finally {
    watch.stop();
    await host.flush();
  }
}

async function answer(
  host: Host,
  registry: readonly RegistryEntry[],
  watch: EndingWatch,
): Promise<number> {
  let request: Request;
  try {
    request = await parseCommandLine(host.argv, registry, helpLayout(host));
  } catch (error) {
    const failure = failureOf(error);
    // A value that an option's parser refuses is a wrong command line whatever its code.
    const exitCode = failure.isBug ? failure.exitCode : EXIT.usage;
    return showFailure(host, { ...failure, exitCode }, false);
  }
  if (request.kind === 'help') {
    const stream = request.asked ? host.stdout : host.stderr;
    stream.write(guardOutput(request.text, true));
    return request.asked ? EXIT.done : EXIT.usage;
  }
  return runCommand(host, request, registry, watch);
}

async function runCommand(
  host: Host,
  request: RunRequest,
  registry: readonly RegistryEntry[],
  watch: EndingWatch,
): Promise<number> {
  let progress: Progress | undefined;
  let handle: ContextHandle | undefined;
  let code: number | undefined;
  let thrown: unknown;
  try {
    progress = await startProgress(host, request.common);
    handle = createContext(host, {
      common: request.common,
      events: progress.sink,
      aside: progress.aside,
      signal: watch.signal,
      cacheDirectory: chosenCacheDirectory(host, request.common.cacheDir),
      commands: registry,
    });
    code = await request.command.run(request.args, request.options, handle.context);
  } catch (error) {
    thrown = error;
  }
  progress?.close();
  // What was written last may only now meet a full disk or a closed pipe.
  await host.flush();
  const ending = watch.ending();
  const wroteJson = handle?.wroteJson() ?? false;
  if (ending !== undefined) {
    const endsSo = ending.kind === 'signal' && request.command.endsByInterrupt === true;
    return endsSo && code !== undefined ? code : endEarly(host, ending, wroteJson);
  }
  if (code !== undefined) return code;
  cleanUpSync();
  return showFailure(host, failureOf(thrown), wroteJson);
}

function chosenCacheDirectory(host: Host, option: string | undefined): string {
  return option === undefined ? cacheDirectory(host) : resolve(host.cwd(), option);
}

function announceInterrupt(host: Host): void {
  host.stderr.write('wheelworks: interrupted, stopping (once more to stop at once)\n');
}

/** The end of a run that did not get to its own: nothing runs on, nothing half-written stays. */
function endEarly(host: Host, ending: Ending, wroteJson: boolean): number {
  cleanUpSync();
  if (ending.kind === 'signal') return interrupted(host, ending.signal, wroteJson);
  if (ending.kind === 'broken-pipe') return signalExitCode('SIGPIPE');
  const error =
    ending.kind === 'output-error' ? fileError(ending.error, 'standard output') : ending.error;
  // What standard output did not take, it will not take as JSON either.
  return showFailure(host, failureOf(error), wroteJson || ending.kind === 'output-error');
}

function interrupted(host: Host, signal: InterruptSignal, wroteJson: boolean): number {
  if (wantsJson(host) && !wroteJson) {
    const message = `Interrupted by ${signal}.`;
    host.stdout.write(jsonText({ error: { code: 'cli/interrupted', message } }));
  }
  return signalExitCode(signal);
}

/** Shows an error as JSON or for people; as the second document of a `--json` run it would break the first. */
function showFailure(host: Host, failure: Failure, wroteJson: boolean): number {
  const debug = wantsFlag(host, '--debug');
  if (wantsJson(host) && !wroteJson) {
    const trace = debug ? { trace: failure.trace.split('\n') } : {};
    host.stdout.write(jsonText({ error: { ...failure.report, ...trace } }));
    return failure.exitCode;
  }
  const palette = paletteFor(host, 'stderr', colourWish(host));
  const width = host.stderr.isTerminal
    ? Math.min(host.stderr.columns ?? TEXT_COLUMNS, TEXT_COLUMNS)
    : undefined;
  host.stderr.write(
    guardOutput(renderFailure(failure, { palette, width, debug }), palette.enabled),
  );
  return failure.exitCode;
}

function helpLayout(host: Host): HelpLayout {
  const width = Math.min(host.stdout.columns ?? TEXT_COLUMNS, TEXT_COLUMNS);
  return { palette: paletteFor(host, 'stdout', colourWish(host)), width };
}

/** An error may come before the command line is understood, so these look at the words themselves. */
function wantsFlag(host: Host, flag: string): boolean {
  const end = host.argv.indexOf('--');
  return (end === -1 ? host.argv : host.argv.slice(0, end)).includes(flag);
}

function wantsJson(host: Host): boolean {
  return wantsFlag(host, '--json');
}

function colourWish(host: Host): 'auto' | 'always' | 'never' {
  const joined = host.argv
    .findLast((word) => word.startsWith('--color='))
    ?.slice('--color='.length);
  const apart = host.argv[host.argv.lastIndexOf('--color') + 1];
  const wish = joined ?? (host.argv.includes('--color') ? apart : undefined);
  return wish === 'always' || wish === 'never' ? wish : 'auto';
}
