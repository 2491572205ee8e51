import type { CommandSpec } from './command.ts';

/** The headings of `wheelworks --help`, in their order. */
export const GROUPS: readonly ['Look into', 'Change', 'Build and release', 'Tools'] = [
  'Look into',
  'Change',
  'Build and release',
  'Tools',
];

/** The heading a command is listed under. */
export type CommandGroupName = (typeof GROUPS)[number];

/** A command as the top-level help knows it; its file is loaded only when it is needed. */
export interface RegistryEntry {
  readonly name: string;
  /** The same text as the command's own; a test compares them. */
  readonly summary: string;
  readonly group: CommandGroupName;
  load(): Promise<CommandSpec>;
}

/** Every command in order, loaded. */
export async function loadAll(registry: readonly RegistryEntry[]): Promise<CommandSpec[]> {
  return Promise.all(registry.map(async (entry) => entry.load()));
}
