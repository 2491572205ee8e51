import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ExitCode } from '../../src/cli/command.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import { GRACE_MILLISECONDS } from '../../src/cli/interruption.ts';
import { runProgram } from '../../src/cli/program.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { onInterrupt } from '../../src/support/interrupt.ts';
import { exampleCommand, exampleGroup, type Seen } from './example-command.ts';
import { fakeHost, registryOf, type FakeHost, type FakeHostOptions } from './fake-host.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seen: Seen | undefined;
}

/** Runs the example command, which does `act` and then ends well. */
async function run(
  line: string,
  act: (context: CommandContext, host: FakeHost) => unknown = () => 0,
  options: FakeHostOptions = {},
): Promise<Outcome> {
  const host = fakeHost(line.split(' ').filter(Boolean), options);
  let seen: Seen | undefined;
  const command = exampleCommand(async (given) => {
    seen = given;
    const result = await act(given.context, host);
    return result === 1 || result === 3 ? result : 0;
  });
  const code = await runProgram(host, registryOf(command, exampleGroup(command)));
  return { code, out: host.out(), err: host.err(), seen };
}

describe('a command that runs', () => {
  it('gets arguments and options in their types, defaults filled in', async () => {
    const { seen, code } = await run('weigh fine');
    expect(code).toBe(0);
    expect(seen?.args).toEqual({ scale: 'fine', wheel: [] });
    expect(seen?.options).toEqual({
      output: undefined,
      unit: 'gram',
      tare: [],
      round: true,
      dryRun: false,
      secretSauce: false,
    });
  });

  it('gets what was given, in every way to write it', async () => {
    const { seen } = await run(
      'weigh -nt1 --tare=2 -o out coarse a b --no-round --unit pound -- -c',
    );
    expect(seen?.args).toEqual({ scale: 'coarse', wheel: ['a', 'b', '-c'] });
    expect(seen?.options).toMatchObject({
      output: 'out',
      unit: 'pound',
      tare: [1, 2],
      round: false,
      dryRun: true,
    });
  });

  it('is reached within a group', async () => {
    expect((await run('shop weigh fine x')).seen?.args).toEqual({ scale: 'fine', wheel: ['x'] });
  });

  it.each([
    '--json --jobs 3 weigh fine',
    'weigh --json fine --jobs=3',
    '-j3 shop --json weigh fine',
  ])('takes common options before and after its name: %s', async (line) => {
    const { seen } = await run(line);
    expect(seen?.context).toMatchObject({ json: true, jobs: 3, quiet: false });
  });

  it('the common option nearest to the command wins', async () => {
    expect((await run('-j 2 weigh fine -j 5')).seen?.context.jobs).toBe(5);
  });

  it('a value that looks like a common option belongs to the option before it', async () => {
    const { seen } = await run('weigh fine --output --json');
    expect(seen?.options).toMatchObject({ output: '--json' });
    expect(seen?.context.json).toBe(false);
  });

  it('finds the cache below the home folder, or where it is told', async () => {
    expect((await run('weigh fine')).seen?.context.cacheDirectory).toBe(
      '/home/someone/.cache/wheelworks',
    );
    expect((await run('weigh fine --cache-dir c')).seen?.context.cacheDirectory).toBe(
      '/somewhere/c',
    );
  });

  it.each([0, 1, 3])('its exit code %i is that of the run', async (wanted) => {
    expect((await run('weigh fine', () => wanted)).code).toBe(wanted);
  });

  it('text goes to standard output, but not beside JSON', async () => {
    const print = (context: CommandContext): void => {
      if (context.json) context.writeJson({ schema: 'wheelworks.weigh/1' });
      context.stdout('10 g\n');
    };
    expect((await run('weigh fine', print)).out).toBe('10 g\n');
    expect(JSON.parse((await run('weigh fine --json', print)).out)).toEqual({
      schema: 'wheelworks.weigh/1',
    });
  });

  it('cannot send control sequences to a terminal, neither as text nor as JSON', async () => {
    const hostile = '\u001B]0;x\u0007\u009B2J\u202E';
    const text = await run('weigh fine', (context) => context.stdout(hostile), { terminal: true });
    expect(text.out).not.toMatch(/\p{Cc}/u);
    const json = await run('weigh fine --json', (context) => context.writeJson({ hostile }));
    expect(json.out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(JSON.parse(json.out)).toEqual({ hostile });
  });

  it('colours a terminal only', async () => {
    const print = (context: CommandContext): void => context.stdout(context.colour.good('ok'));
    expect((await run('weigh fine', print)).out).toBe('ok');
    expect((await run('weigh fine', print, { terminal: true })).out).toBe('\u001B[32mok\u001B[39m');
    expect((await run('weigh fine --color=never', print, { terminal: true })).out).toBe('ok');
  });
});

describe('a wrong command line', () => {
  it.each([
    ['wiegh', 'cli/unknown-command', "Unknown command 'wiegh'. Did you mean weigh?", ''],
    ['shop wegh', 'cli/unknown-command', "Unknown command 'wegh'. Did you mean weigh?", ' shop'],
    ['help nothing', 'cli/unknown-command', "Unknown command 'nothing'.", ''],
    [
      'weigh fine --dry-rum',
      'cli/unknown-option',
      "Unknown option '--dry-rum'. Did you mean --dry-run?",
      ' weigh',
    ],
    [
      'weigh fine --jsno',
      'cli/unknown-option',
      "Unknown option '--jsno'. Did you mean --json?",
      ' weigh',
    ],
    ['shop weigh --nope', 'cli/unknown-option', "Unknown option '--nope'.", ' shop weigh'],
    ['weigh', 'cli/missing-argument', "Missing required argument 'scale'.", ' weigh'],
    [
      'weigh fine -o',
      'cli/missing-value',
      "Option '-o, --output <dir>' argument missing.",
      ' weigh',
    ],
    [
      'weigh finw',
      'cli/bad-value',
      "'finw' is no value for <scale>: it must be fine or coarse. Did you mean fine?",
      ' weigh',
    ],
    [
      'weigh fine --unit stone',
      'cli/bad-value',
      "'stone' is no value for --unit: it must be gram or pound.",
      ' weigh',
    ],
    [
      'weigh fine -t x',
      'cli/bad-value',
      "'x' is no value for --tare: a number is needed.",
      ' weigh',
    ],
    [
      'weigh fine -j 0',
      'cli/bad-value',
      "'0' is no value for --jobs: a whole number from 1 to 1024 is needed.",
      ' weigh',
    ],
  ])('%s: %s', async (line, code, message, command) => {
    const { code: exit, err, out, seen } = await run(line);
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toBe(`error[${code}]: ${message}\n  next:     See wheelworks${command} --help.\n`);
    expect(seen).toBeUndefined();
  });

  it.each([
    ['weigh', 'cli/missing-option'],
    ['weigh --only x y', 'cli/too-many-arguments'],
    ['weigh --only bad', 'tag/malformed'],
  ])('%s: %s, also from a parser of the domain', async (line, code) => {
    const parse = (text: string): string => {
      if (text === 'bad') throw new WheelworksError('tag/malformed', 'That is no tag.');
      return text;
    };
    const only = { flags: '--only <tag>', description: 'one tag', required: true, parse };
    const host = fakeHost(line.split(' '));
    const command = { ...exampleCommand(), arguments: [], options: { only } };
    expect(await runProgram(host, registryOf(command))).toBe(2);
    expect(host.err()).toContain(`error[${code}]: `);
  });

  it.each(['weigh fine -v -q', '-v weigh fine -q'])('contradictions: %s', async (line) => {
    const { code, err } = await run(line);
    expect(code).toBe(2);
    expect(err).toContain('error[cli/conflicting-options]: ');
  });

  it('is told as JSON when that was asked for', async () => {
    const { code, out, err } = await run('weigh --json');
    expect(code).toBe(2);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'cli/missing-argument',
        message: "Missing required argument 'scale'.",
        hint: 'See wheelworks weigh --help.',
      },
    });
  });

  it('without a command: help on standard error', async () => {
    const { code, out, err } = await run('');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: wheelworks <command>');
    expect((await run('shop')).err).toContain('Usage: wheelworks shop <command>');
  });
});

describe('a command that fails', () => {
  const refuse = (): never => {
    throw new WheelworksError('zip/duplicate-entry', 'Two entries have one name.', {
      path: 'a.whl',
      evidence: 'offset 0x10\nand 0x20',
      hint: 'Build the wheel again.',
    });
  };

  it('shows code, message, path, evidence and the next step', async () => {
    const { code, err, out } = await run('weigh fine', refuse);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      [
        'error[zip/duplicate-entry]: Two entries have one name.',
        '  path:     a.whl',
        '  evidence: offset 0x10',
        '            and 0x20',
        '  next:     Build the wheel again.',
        '',
      ].join('\n'),
    );
  });

  it('tells the same as JSON on standard output', async () => {
    const { code, err, out } = await run('weigh fine --json', refuse);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'zip/duplicate-entry',
        message: 'Two entries have one name.',
        path: 'a.whl',
        evidence: 'offset 0x10\nand 0x20',
        hint: 'Build the wheel again.',
      },
    });
  });

  it('after its JSON document tells it on standard error', async () => {
    const { code, err, out } = await run('weigh fine --json', (context) => {
      context.writeJson({ done: true });
      refuse();
    });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({ done: true });
    expect(err).toContain('error[zip/duplicate-entry]');
  });

  it.each(['cli/no-input', 'config/unknown-key'] as const)('%s is a usage error', async (code) => {
    const outcome = await run('weigh fine', () => {
      throw new WheelworksError(code, 'Wrong.');
    });
    expect(outcome.code).toBe(2);
  });

  it('anything else thrown is a bug of ours, with its trace only on demand', async () => {
    const crash = (): never => {
      throw new TypeError('x is not a function');
    };
    const { code, err } = await run('weigh fine', crash);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: This is a bug in wheelworks: x is not a function\n {2}next: /);
    expect(err).not.toContain('program.test.ts');
    expect((await run('weigh fine --debug', crash)).err).toContain('program.test.ts');
    const json = JSON.parse((await run('weigh fine --json', crash)).out) as object;
    expect(json).toMatchObject({ error: { code: 'internal/bug' } });
  });

  it('a system error about a file is not called a bug', async () => {
    const { err } = await run('weigh fine', () => {
      throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC', path: '/out/x.whl' });
    });
    expect(err).toMatch(/^error\[file\/disk-full\]: \/out\/x\.whl /);
  });

  it('shows no control characters and no secrets', async () => {
    const { err } = await run('weigh fine --debug', () => {
      throw new WheelworksError('x/y', 'Bad \u001B[2Jname https://me:secret@host/.', {
        evidence: 'a\u0007b',
        cause: new Error('https://me:secret@host/'),
      });
    });
    expect(err.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(err).not.toContain('secret');
  });

  it('two JSON documents are a bug', async () => {
    const { code, err } = await run('weigh fine --json', (context) => {
      context.writeJson({});
      context.writeJson({});
    });
    expect(code).toBe(1);
    expect(err).toContain('two JSON documents');
  });
});

describe('a run that is ended from outside', () => {
  afterEach(() => vi.useRealTimers());

  /** Waits like a feature that listens to the signal. */
  const untilAborted = (context: CommandContext): Promise<never> =>
    new Promise((_, reject) => {
      context.signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const forEver = (): Promise<never> => new Promise(() => {});

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s stops the work, cleans up and ends with %i and one line',
    async (signal, code) => {
      let cleaned = 0;
      const withdraw = onInterrupt('remove', () => (cleaned += 1));
      const outcome = await run('weigh fine', (context, host) => {
        setImmediate(() => host.interrupt(signal));
        return untilAborted(context);
      });
      withdraw();
      expect(outcome.code).toBe(code);
      expect(outcome.err.trimEnd().split('\n')).toHaveLength(1);
      expect(outcome.err).toContain('interrupted');
      expect(cleaned).toBe(1);
    },
  );

  it('the second one does not wait for the work', async () => {
    const { code } = await run('weigh fine', (_, host) => {
      setImmediate(() => {
        host.interrupt('SIGINT');
        host.interrupt('SIGINT');
      });
      return forEver();
    });
    expect(code).toBe(130);
  });

  it('work that does not listen gets a grace time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let ended = false;
    const outcome = run('weigh fine', async (_, host) => {
      setImmediate(() => host.interrupt('SIGTERM'));
      return forEver();
    }).finally(() => {
      ended = true;
    });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await vi.advanceTimersByTimeAsync(GRACE_MILLISECONDS - 1);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await outcome).code).toBe(143);
  });

  it('with --json there is still a document', async () => {
    const { out } = await run('weigh fine --json', (context, host) => {
      setImmediate(() => host.interrupt('SIGINT'));
      return untilAborted(context);
    });
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'cli/interrupted' } });
  });

  it('a server that is meant to be interrupted ends with its own code', async () => {
    const host = fakeHost(['weigh', 'fine']);
    const server = exampleCommand(async ({ context }): Promise<ExitCode> => {
      setImmediate(() => host.interrupt('SIGINT'));
      await untilAborted(context).catch(() => {});
      return 0;
    });
    expect(await runProgram(host, registryOf({ ...server, endsByInterrupt: true }))).toBe(0);
  });

  it('a reader that goes away ends the run without a word', async () => {
    const { code, err } = await run('weigh fine', (context, host) => {
      setImmediate(() => host.failOutput(Object.assign(new Error(), { code: 'EPIPE' })));
      return untilAborted(context);
    });
    expect([code, err]).toEqual([141, '']);
  });

  it('a full disk behind standard output is an error, even when the work went well', async () => {
    const { code, err } = await run('weigh fine', (_, host) => {
      host.failOutput(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    });
    expect(code).toBe(1);
    expect(err).toMatch(/^error\[file\/disk-full\]: standard output /);
  });

  it('what nobody caught is a bug', async () => {
    const { code, err } = await run('weigh fine', (_, host) => {
      setImmediate(() => host.throwUncaught(new RangeError('lost')));
      return forEver();
    });
    expect(code).toBe(1);
    expect(err).toContain('This is a bug in wheelworks: lost');
  });
});

describe('progress', () => {
  const work = (context: CommandContext): void => {
    context.events({ type: 'note', level: 'warning', message: 'careful' });
    context.stdout('result\n');
  };

  it('goes to standard error and leaves the result alone', async () => {
    const { out, err } = await run('weigh fine', work, { terminal: true });
    expect(out).toBe('result\n');
    expect(err).toContain('careful');
  });

  it('is silent with --quiet', async () => {
    expect((await run('weigh fine --quiet', work, { terminal: true })).err).toBe('');
  });

  it('takes its lines away before anything else is printed, and draws what still runs again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const log: string[] = [];
    const host = fakeHost(['weigh', 'fine'], { terminal: true });
    const watched = {
      ...host,
      stdout: { ...host.stdout, write: (text: string) => log.push(`out:${text}`) },
      stderr: { ...host.stderr, write: (text: string) => log.push(`err:${text}`) },
    };
    const command = exampleCommand(async ({ context }): Promise<ExitCode> => {
      context.events({ type: 'task-started', id: 'a', label: 'Weighing a.whl' });
      await vi.advanceTimersByTimeAsync(2000);
      context.stdout('result\n');
      await vi.advanceTimersByTimeAsync(2000);
      return 0;
    });
    await runProgram(
      { ...watched, stdout: watched.stdout, stderr: watched.stderr },
      registryOf(command),
    );
    vi.useRealTimers();
    const result = log.indexOf('out:result\n');
    expect(log.slice(0, result).join('')).toContain('Weighing a.whl');
    // Up one line, then everything below erased: the region is gone.
    expect(log[result - 1]).toBe('err:\u001B[1A\u001B[J');
    expect(log.slice(result).join('')).toContain('Weighing a.whl');
    expect(log.at(-1)).toBe('err:\u001B[1A\u001B[J');
  });
});
