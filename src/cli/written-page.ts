/** The page of a run, written where it can be: what the run came to is told all the same. */
import { WheelworksError } from '../support/errors.ts';
import type { CommandContext } from './context.ts';
import { sanitizeForTerminal } from './render/sanitize.ts';
import { shownPath } from './shown-path.ts';

/** Where the page is, or why there is none. */
export type WrittenPage = { readonly page: string } | { readonly notice: string };

/**
 * Writes it; a full disk is a notice.
 * @param write gives the page's path.
 * @throws what is no `WheelworksError` of `write`.
 */
export async function writtenPage(write: () => Promise<string>): Promise<WrittenPage> {
  try {
    return { page: await write() };
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return { notice: `report.html was not written: ${error.message}` };
  }
}

/** The line that tells of it. */
export function pageLine(written: WrittenPage, { cwd }: Pick<CommandContext, 'cwd'>): string {
  return 'page' in written
    ? `report ${shownPath(written.page, cwd)}\n`
    : `\nnotice: ${sanitizeForTerminal(written.notice)}\n`;
}

/** A report's document with its page, or with one notice more. */
export function withPage<Report extends { readonly notices: readonly string[] }>(
  report: Report,
  written: WrittenPage,
): Report & { readonly page?: string } {
  return 'page' in written
    ? { ...report, page: written.page }
    : { ...report, notices: [...report.notices, written.notice] };
}
