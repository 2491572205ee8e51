import { isGroup, type CommandSpec } from '../command.ts';

/** A command with the words that lead to it. */
export interface ManualCommand {
  readonly path: readonly string[];
  readonly spec: CommandSpec;
}

/** Every command followed by those it holds, as a manual lists them. */
export function flattenCommands(
  specs: readonly CommandSpec[],
  parents: readonly string[] = [],
): ManualCommand[] {
  return specs.flatMap((spec) => {
    const path = [...parents, spec.name];
    return [{ path, spec }, ...(isGroup(spec) ? flattenCommands(spec.subcommands, path) : [])];
  });
}

/** A description's paragraphs, each on one line. */
export function paragraphs(description: string): string[] {
  return description.split(/\n{2,}/).map((paragraph) => paragraph.replaceAll('\n', ' ').trim());
}
