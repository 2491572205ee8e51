/** What scripts/make-manual.mjs bundles and calls to write man/wheelworks.1 and docs/commands.md. */
import { COMMANDS } from '../commands/index.ts';
import { loadAll } from '../registry.ts';
import { commandsPage } from './markdown.ts';
import { flattenCommands } from './model.ts';
import { manPage } from './roff.ts';

/** Both manuals, as texts; `version` is the program's. */
export async function makeManuals(
  version: string,
): Promise<{ readonly man: string; readonly markdown: string }> {
  const commands = flattenCommands(await loadAll(COMMANDS));
  return { man: manPage(commands, version), markdown: commandsPage(commands) };
}
