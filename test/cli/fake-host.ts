import type { CommandSpec } from '../../src/cli/command.ts';
import type { Host, OutputStream } from '../../src/cli/host.ts';
import type { RegistryEntry } from '../../src/cli/registry.ts';
import type { InterruptSignal } from '../../src/support/interrupt.ts';

/** A process that only exists in the test: it keeps what is written and is told what happens to it. */
export interface FakeHost extends Host {
  out(): string;
  err(): string;
  /** Sends a signal to the run. */
  interrupt(signal: InterruptSignal): void;
  /** Makes standard output fail. */
  failOutput(error: Error): void;
  throwUncaught(error: unknown): void;
}

export interface FakeHostOptions {
  readonly env?: Record<string, string>;
  readonly terminal?: boolean;
  readonly columns?: number;
}

export function fakeHost(argv: readonly string[], options: FakeHostOptions = {}): FakeHost {
  const signals = new Set<(signal: InterruptSignal) => void>();
  const outputErrors: ((error: Error) => void)[] = [];
  const uncaught: ((error: unknown) => void)[] = [];
  const stdout = fakeStream(options);
  const stderr = fakeStream(options);
  return {
    argv,
    env: options.env ?? {},
    cwd: () => '/somewhere',
    home: '/home/someone',
    platform: 'linux',
    stdout,
    stderr,
    onSignal: (listener) => {
      signals.add(listener);
      return () => signals.delete(listener);
    },
    onOutputError: (listener) => outputErrors.push(listener),
    onUncaught: (listener) => uncaught.push(listener),
    flush: async () => {},
    out: () => stdout.text(),
    err: () => stderr.text(),
    interrupt: (signal) => signals.forEach((listener) => listener(signal)),
    failOutput: (error) => outputErrors.forEach((listener) => listener(error)),
    throwUncaught: (error) => uncaught.forEach((listener) => listener(error)),
  };
}

function fakeStream(options: FakeHostOptions): OutputStream & { text(): string } {
  let text = '';
  const isTerminal = options.terminal ?? false;
  return {
    isTerminal,
    columns: isTerminal ? (options.columns ?? 80) : undefined,
    rows: isTerminal ? 24 : undefined,
    write: (more) => {
      text += more;
    },
    text: () => text,
  };
}

/** A registry of commands that are there already. */
export function registryOf(...specs: readonly CommandSpec[]): RegistryEntry[] {
  return specs.map((spec) => ({
    name: spec.name,
    summary: spec.summary,
    group: 'Tools',
    load: async () => spec,
  }));
}
