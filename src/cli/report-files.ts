import { resolve } from 'node:path';
import type { Finding } from '../support/finding.ts';
import { writeFileAtomic } from '../support/atomic-file.ts';
import type { CommandContext } from './context.ts';
import { renderAnnotations, type AnnotatedFile } from './render/annotations.ts';
import { jsonText } from './json.ts';

/** Where findings go besides the terminal. */
export interface ReportOptions {
  /** A file for the SARIF log. */
  readonly sarif: string | undefined;
  /** Print annotations for GitHub Actions. */
  readonly github: boolean;
}

/**
 * Writes the reports that were asked for. Annotations go to standard error in a JSON run, since services read both.
 * @throws WheelworksError `file/*`.
 */
export async function writeReports(
  files: readonly AnnotatedFile[],
  options: ReportOptions,
  context: CommandContext,
): Promise<void> {
  if (options.sarif !== undefined) {
    const { sarifLog } = await import('./render/sarif.ts');
    await writeTextFile(options.sarif, jsonText(sarifLog(files)), context);
  }
  if (!options.github) return;
  const text = renderAnnotations(files);
  if (context.json) context.stderr(text);
  else context.stdout(text);
}

/** Writes a file that the user named, whole or not at all. @throws WheelworksError `file/*`. */
export async function writeTextFile(
  path: string,
  text: string,
  context: Pick<CommandContext, 'cwd'>,
): Promise<void> {
  await writeFileAtomic(resolve(context.cwd, path), async (handle) => handle.writeFile(text));
}

/** What is left when the codes that the user ignores are taken out. */
export function withoutIgnored<Item extends { readonly findings: readonly Finding[] }>(
  item: Item,
  ignored: readonly string[],
): Item {
  if (ignored.length === 0) return item;
  return { ...item, findings: item.findings.filter(({ code }) => !ignored.includes(code)) };
}
