/** Telling the pipelines that wheelworks wrote from those that others did. */

/** What stands in the first line of every pipeline that `ci init` writes. */
const MARKER = 'Written by wheelworks ci init';

/** Whether a pipeline was written by `ci init`, changed by hand since or not. */
export function isGenerated(text: string): boolean {
  return (text.split('\n', 1)[0] ?? '').includes(MARKER);
}

/** The command that a pipeline of `ci init` was written with; undefined for those of others. */
export function commandOf(text: string): string | undefined {
  return isGenerated(text) ? /again with: (.+)/.exec(text.split('\n', 1)[0] ?? '')?.[1] : undefined;
}

/** The comment at the top of a pipeline; `command` makes it again. */
export function generatedHead(command: string): readonly string[] {
  return [
    `${MARKER}. Make it again with: ${command}`,
    'Changes by hand are lost then; --check tells whether it is up to date.',
  ];
}
