import type { Stats } from 'node:fs';
import { realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Finding } from '../support/finding.ts';
import { writeFileAtomic } from '../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
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

/** A file that an option names to be written. */
export interface NamedOutput {
  /** `--html` */
  readonly option: string;
  readonly path: string | undefined;
}

/**
 * Refuses, before any work is done, outputs that cannot be written and outputs that would destroy an input.
 * @throws WheelworksError `cli/bad-output`, `file/*`.
 */
export async function checkOutputs(
  outputs: readonly NamedOutput[],
  inputs: readonly string[],
  { cwd }: Pick<CommandContext, 'cwd'>,
): Promise<void> {
  const taken = new Map(inputs.map((path) => [resolve(cwd, path), 'an input']));
  for (const { option, path } of outputs) {
    if (path === undefined) continue;
    const target = resolve(cwd, path);
    const other = taken.get(target);
    if (other !== undefined) throw badOutput(option, path, `it is ${other}, too`);
    taken.set(target, `what ${option} writes`);
    if (path === '' || (await statIfThere(target))?.isDirectory() === true)
      throw badOutput(option, path, 'it is a folder');
    if ((await statIfThere(dirname(target)))?.isDirectory() !== true)
      throw badOutput(option, path, 'its folder does not exist');
  }
}

function badOutput(option: string, path: string, reason: string): WheelworksError {
  return new WheelworksError('cli/bad-output', `${option} cannot write ${path}: ${reason}.`, {
    path,
    hint: 'Name a file of its own in a folder that exists.',
  });
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, path);
  }
}

/**
 * Writes a file that the user named, whole or not at all. What a symbolic link points to is written in place of the link,
 * and a device or pipe is written into: neither is replaced.
 * @throws WheelworksError `file/*`.
 */
export async function writeTextFile(
  path: string,
  text: string,
  { cwd }: Pick<CommandContext, 'cwd'>,
): Promise<void> {
  const target = resolve(cwd, path);
  const found = await statIfThere(target);
  if (found !== undefined && !found.isFile() && !found.isDirectory()) {
    await writeFile(target, text).catch((error: unknown) => {
      throw fileError(error, path);
    });
    return;
  }
  const real = found === undefined ? target : await realpath(target);
  await writeFileAtomic(real, async (handle) => handle.writeFile(text));
}

/** What is left when the codes that the user ignores are taken out. */
export function withoutIgnored<Item extends { readonly findings: readonly Finding[] }>(
  item: Item,
  ignored: readonly string[],
): Item {
  if (ignored.length === 0) return item;
  return { ...item, findings: item.findings.filter(({ code }) => !ignored.includes(code)) };
}
