/** Commands that behave badly, for cli-frame.test.ts, which builds them into a command line of their own. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand, type RunnableCommand } from '../../src/cli/command.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import type { RegistryEntry } from '../../src/cli/registry.ts';
import { writeFileAtomic } from '../../src/support/atomic-file.ts';
import { runProcess } from '../../src/support/process.ts';

function misbehaves(name: string, act: (context: CommandContext) => unknown): RunnableCommand {
  return defineCommand({
    name,
    summary: `does ${name}`,
    description: `Does ${name}.`,
    arguments: [],
    options: {},
    examples: [],
    async run(_, __, context) {
      await act(context);
      return 0;
    },
  });
}

/** Half-way through a file, with a child that would run on; writes the child's number beside the file. */
async function work(context: CommandContext, signal?: AbortSignal): Promise<void> {
  await writeFileAtomic(`${context.cwd}/result.txt`, async (handle) => {
    await handle.writeFile('half');
    const child = ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'];
    await runProcess(process.execPath, child, {
      cwd: context.cwd,
      env: context.env,
      onLine: (pid) => writeFileSync(`${context.cwd}/child`, pid),
      ...(signal === undefined ? {} : { signal }),
    });
    signal?.throwIfAborted();
  });
}

const commands = [
  misbehaves('work', (context) => work(context, context.signal)),
  misbehaves('stubborn', (context) => work(context)),
  misbehaves('hang', () => new Promise(() => {})),
  misbehaves('crash', () => {
    setTimeout(() => {
      throw new Error('in a timer');
    });
    return sleep(10_000);
  }),
  misbehaves('print', (context) => context.stdout('a line of output\n'.repeat(200_000))),
  misbehaves('flood', async (context) => {
    while (!context.signal.aborted) {
      context.stdout('a line of output\n'.repeat(1000));
      await sleep(1);
    }
  }),
];

/** Stands in for the real registry. */
export const COMMANDS: readonly RegistryEntry[] = commands.map((command) => ({
  name: command.name,
  summary: command.summary,
  group: 'Tools',
  load: async () => command,
}));
