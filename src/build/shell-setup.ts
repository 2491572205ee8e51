/** What the shell of a job reads before its first prompt. */
import type { FailedJob } from './failed-job.ts';

/** The command that failed, as one types it. */
export function commandText(
  { command, args }: Pick<FailedJob, 'command' | 'args'>,
  translate: (text: string) => string,
): string {
  return [command, ...args].map((word) => quoted(translate(word))).join(' ');
}

/** For sh: words of plain characters stay as they are. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The name of what runs the failed command again. */
export type Again = 'rebuild' | 'retest';

export interface ShellSetup {
  readonly id: string;
  /** Where it runs again. */
  readonly cwd: string;
  /** What failed; without it a wheel is made with the build requirements that are installed. */
  readonly command: string | undefined;
  readonly again: Again;
}

/** For bash and for sh. */
export function shellSetup({ id, cwd, command, again }: ShellSetup): string {
  const build = 'python -m pip wheel --no-deps --no-build-isolation --wheel-dir ../wheel .';
  return [
    `PS1='(${id}) \\w\\$ '`,
    `${again}() ( cd ${quoted(cwd)} && ${command ?? build} )`,
    '',
  ].join('\n');
}
