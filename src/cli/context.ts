import { defaultJobs } from '../support/parallel.ts';
import type { EventSink } from '../support/progress/events.ts';
import type { CommonOptions } from './common-options.ts';
import type { Environment, Host } from './host.ts';
import { jsonText } from './json.ts';
import type { RegistryEntry } from './registry.ts';
import { createPalette, wantsColour, type Palette } from './render/palette.ts';
import { guardOutput } from './render/sanitize.ts';

/** Everything a command gets from the outside besides its arguments and options. */
export interface CommandContext {
  /** Shows text for people on standard output, as it is; nothing is shown with `--json`. */
  stdout(text: string): void;
  /** Shows text on standard error, without disturbing a running progress display. */
  stderr(text: string): void;
  /** Prints the one document of a `--json` run. Calling it twice is a bug. */
  writeJson(document: object): void;
  /** `--json` was given: call `writeJson` once instead of `stdout`. */
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  /** Colours for standard output. */
  readonly colour: Palette;
  /** Standard output is a terminal: long cells may be shortened. */
  readonly isTerminal: boolean;
  /** Cells in a line of standard output; 100 when it is no terminal. */
  readonly columns: number;
  /** Where features send their progress. */
  readonly events: EventSink;
  /** Aborted when the user interrupts the run. */
  readonly signal: AbortSignal;
  readonly env: Environment;
  /** The folder that relative paths start from; absolute. */
  readonly cwd: string;
  /** The user's folder; empty when the system knows none. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** How much to do at once. */
  readonly jobs: number;
  readonly offline: boolean;
  /** Absolute; may not exist yet. */
  readonly cacheDirectory: string;
  /** Every command there is, for help, completion and the manual. */
  readonly commands: readonly RegistryEntry[];
}

/** What a context is made of besides the host and the common options. */
export interface ContextParts {
  readonly common: CommonOptions;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly cacheDirectory: string;
  readonly commands: readonly RegistryEntry[];
  /** Runs `write` while the progress display is out of the way. */
  readonly aside: (write: () => void) => void;
}

/** The width of output that goes to no terminal, and the widest that running text gets. */
export const TEXT_COLUMNS = 100;
const FEWEST_COLUMNS = 40;

/** A command's context, and whether it has printed its JSON document. */
export interface ContextHandle {
  readonly context: CommandContext;
  wroteJson(): boolean;
}

/**
 * Makes the context of one run.
 * @throws WheelworksError `cli/no-working-directory`
 */
export function createContext(host: Host, parts: ContextParts): ContextHandle {
  const { common } = parts;
  const colour = paletteFor(host, 'stdout', common.color);
  const errorColour = paletteFor(host, 'stderr', common.color);
  let wroteJson = false;
  const context: CommandContext = {
    stdout: (text) => {
      if (common.json) return;
      parts.aside(() => host.stdout.write(guardOutput(text, colour.enabled)));
    },
    stderr: (text) => parts.aside(() => host.stderr.write(guardOutput(text, errorColour.enabled))),
    writeJson: (document) => {
      if (wroteJson) throw new Error('A command wrote two JSON documents.');
      wroteJson = true;
      parts.aside(() => host.stdout.write(jsonText(document)));
    },
    json: common.json,
    verbose: common.verbose,
    quiet: common.quiet,
    debug: common.debug,
    colour,
    isTerminal: host.stdout.isTerminal,
    columns: Math.max(FEWEST_COLUMNS, host.stdout.columns ?? TEXT_COLUMNS),
    events: parts.events,
    signal: parts.signal,
    env: host.env,
    cwd: host.cwd(),
    home: host.home,
    platform: host.platform,
    jobs: common.jobs ?? defaultJobs(),
    offline: common.offline,
    cacheDirectory: parts.cacheDirectory,
    commands: parts.commands,
  };
  return { context, wroteJson: () => wroteJson };
}

/** The colours of one of the host's streams. */
export function paletteFor(
  host: Host,
  stream: 'stdout' | 'stderr',
  when: CommonOptions['color'] = 'auto',
): Palette {
  const { isTerminal } = host[stream];
  return createPalette(wantsColour({ when, env: host.env, isTerminal }));
}
