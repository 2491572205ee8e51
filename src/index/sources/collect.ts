/** All files that the inputs of the command stand for. */
import { stat } from 'node:fs/promises';
import { fileError } from '../../support/errors.ts';
import type { IndexClientOptions } from '../client.ts';
import { foundAt, readDirectory } from './directory.ts';
import type { SourceResult } from './found-file.ts';
import type { ForgeOptions } from './paged-api.ts';

/** How sources are read. */
export interface CollectOptions {
  readonly jobs: number;
  readonly client?: IndexClientOptions;
  readonly github?: ForgeOptions;
  readonly gitlab?: ForgeOptions;
}

/** Whether an input is one that is asked for over the net. */
export function isRemoteSource(input: string): boolean {
  return /^(?:github:|gitlab:|https?:\/\/)/i.test(input);
}

/**
 * Reads every input: `github:OWNER/NAME`, `gitlab:GROUP/PROJECT`, the address of a page, a `.json`, `.jsonl` or `.html`
 * file, a folder with all below it, a distribution. Either all of them or an error.
 * @throws WheelworksError `index/*`, `http/*`, `file/*`.
 */
export async function collectFiles(
  inputs: readonly string[],
  options: CollectOptions,
): Promise<SourceResult> {
  const results: SourceResult[] = [];
  for (const input of inputs) results.push(await readSource(input, options));
  return {
    files: results.flatMap(({ files }) => files),
    passedOver: results.flatMap(({ passedOver }) => passedOver),
  };
}

async function readSource(input: string, options: CollectOptions): Promise<SourceResult> {
  const [, forge, name] = /^(github|gitlab):(.*)$/s.exec(input) ?? [];
  // Each is loaded when it is asked for: the schemas of what servers say take as long to load as a small index to make.
  if (forge === 'github')
    return (await import('./github.ts')).readGithub(name ?? '', options.github ?? {});
  if (forge === 'gitlab')
    return (await import('./gitlab.ts')).readGitlab(name ?? '', options.gitlab ?? {});
  const { jobs, client } = options;
  const page = { jobs, ...(client === undefined ? {} : { client }) };
  if (isRemoteSource(input)) return (await import('./page.ts')).readPage(input, page);
  const found = await stat(input).catch((error: unknown) => {
    throw fileError(error, input);
  });
  if (found.isDirectory()) return readDirectory(input);
  if (/\.jsonl?$/.test(input) && !/(?:^|[\\/])index\.json$/.test(input))
    return (await import('./list.ts')).readList(input);
  if (/\.(?:html?|json)$/.test(input)) return (await import('./page.ts')).readPage(input, page);
  return { files: [foundAt(input)], passedOver: [] };
}
