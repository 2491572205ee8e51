import {
  InvalidValue,
  defineCommand,
  type CommandGroup,
  type ExitCode,
  type RunnableCommand,
} from '../../src/cli/command.ts';
import type { CommandContext } from '../../src/cli/context.ts';

/** What a run of the example saw. */
export interface Seen {
  readonly args: unknown;
  readonly options: unknown;
  readonly context: CommandContext;
}

/**
 * A command with one of everything, as a command file declares it. `act` is what it does when it runs.
 */
export function exampleCommand(
  act: (seen: Seen) => Promise<ExitCode> | ExitCode = () => 0,
): RunnableCommand {
  return defineCommand({
    name: 'weigh',
    summary: 'weigh wheels',
    description: 'Weighs each wheel.\n\nThe second paragraph tells more.',
    arguments: [
      { name: 'scale', description: 'the scale', choices: ['fine', 'coarse'] },
      {
        name: 'wheel',
        description: 'what to weigh',
        variadic: true,
        optional: true,
        completes: 'file',
      },
    ],
    options: {
      output: { flags: '-o, --output <dir>', description: 'where to', completes: 'directory' },
      unit: {
        flags: '--unit <unit>',
        description: 'in what to weigh',
        choices: ['gram', 'pound'],
        default: 'gram',
      },
      tare: {
        flags: '-t, --tare <n>',
        description: 'what to take off',
        repeatable: true,
        parse: (text) => {
          if (!/^\d+$/.test(text)) throw new InvalidValue('a number is needed.');
          return Number(text);
        },
      },
      round: { flags: '--no-round', description: 'keep every digit' },
      dryRun: { flags: '-n, --dry-run', description: 'only tell' },
      secretSauce: { flags: '--secret-sauce', description: 'hidden', hidden: true },
    },
    examples: [{ run: 'wheelworks weigh fine dist/*.whl', explains: 'weigh what was built' }],
    async run(args, options, context) {
      // The types are inferred: these lines do not compile when they are wrong.
      const scale: 'fine' | 'coarse' = args.scale;
      const wheels: readonly string[] = args.wheel;
      const tare: readonly number[] = options.tare;
      const output: string | undefined = options.output;
      const round: boolean = options.round;
      return act({
        args: { scale, wheel: wheels },
        options: { ...options, tare, output, round },
        context,
      });
    },
  });
}

/** A command that holds another. */
export function exampleGroup(inner: RunnableCommand): CommandGroup {
  return {
    name: 'shop',
    summary: 'what a shop does',
    description: 'Holds the commands of a shop.',
    examples: [],
    subcommands: [inner],
  };
}
