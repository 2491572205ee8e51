/** One file of an index: that it is there, that it is what the page says, and that its metadata is its own. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { tryParseSpecifierSet, type SimpleFile } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { sha256 } from '../../support/hash.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import { readDistInfoFile, withWheel } from '../../wheel/index.ts';
import { readFilename } from '../sources/found-file.ts';
import { advises, breaks } from './findings.ts';
import type { IndexReader } from './reader.ts';

interface FileContext {
  /** Normalised. */
  readonly project: string;
  /** The page that names it. */
  readonly page: string;
  readonly readsFiles: boolean;
}

/** What is wrong with a file of a page; its address is absolute. */
export async function verifyFile(
  reader: IndexReader,
  file: SimpleFile,
  context: FileContext,
): Promise<readonly Finding[]> {
  const findings = [...verifyEntry(file, context)];
  // A server that names files of this machine would have installers read them.
  const followed = reader.base.startsWith('file:') ? /^(?:https?|file):/i : /^https?:/i;
  if (!followed.test(file.url)) {
    findings.push(
      about('index/odd-address', 'The file is at no address that installers follow.', file),
    );
    return findings;
  }
  const metadata = await verifyMetadata(reader, file);
  findings.push(...metadata.findings);
  findings.push(
    ...(context.readsFiles
      ? await verifyBody(reader, file, metadata.bytes)
      : await verifyPresence(reader, file)),
  );
  return findings;
}

function verifyEntry(file: SimpleFile, { project }: FileContext): readonly Finding[] {
  const findings: Finding[] = [];
  try {
    const named = readFilename(file.filename, project);
    if (named.project !== project)
      findings.push(
        about(
          'index/wrong-project',
          `The file is one of ${named.project}, not of ${project}.`,
          file,
        ),
      );
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    findings.push(about('index/unreadable-name', error.message, file));
  }
  if (file.requiresPython !== undefined && tryParseSpecifierSet(file.requiresPython) === undefined)
    findings.push(
      about('index/bad-requires-python', 'Requires-Python is no list of specifiers.', file, {
        evidence: file.requiresPython,
      }),
    );
  if (Object.keys(file.hashes).length === 0)
    findings.push(
      advises('index/no-digest', 'Installers cannot tell whether they get the right file.', {
        path: file.url,
        hint: 'wheelworks index --hash-remote makes digests.',
      }),
    );
  return findings;
}

async function verifyMetadata(
  reader: IndexReader,
  file: SimpleFile,
): Promise<{ findings: readonly Finding[]; bytes?: Uint8Array }> {
  const { coreMetadata } = file;
  if (coreMetadata === undefined) return { findings: [] };
  const page = await reader.page(`${file.url}.metadata`);
  if (page.status !== 200)
    return {
      findings: [
        about(
          'index/missing-metadata',
          'pip and uv fail: the metadata promised is not there.',
          file,
          {
            evidence: String(page.status),
          },
        ),
      ],
    };
  const told = coreMetadata === true ? undefined : coreMetadata['sha256'];
  const digest = sha256(page.bytes);
  if (told === undefined || told === digest) return { findings: [], bytes: page.bytes };
  return {
    bytes: page.bytes,
    findings: [
      about(
        'index/wrong-metadata-digest',
        'pip fails: the metadata is not what the page says.',
        file,
        {
          evidence: `sha256 ${digest}, the page has ${told}`,
        },
      ),
    ],
  };
}

async function verifyPresence(reader: IndexReader, file: SimpleFile): Promise<readonly Finding[]> {
  const head = await reader.head(file.url);
  if (head.status !== 200) return [missing(file, head.status)];
  return sizeFindings(file, head.size);
}

async function verifyBody(
  reader: IndexReader,
  file: SimpleFile,
  metadata: Uint8Array | undefined,
): Promise<readonly Finding[]> {
  const isWheel = file.filename.endsWith('.whl') && metadata !== undefined;
  return withTemporaryDirectory('wheelworks-verify-', async (folder) => {
    const path = join(folder, 'file.whl');
    const handle = isWheel ? await open(path, 'wx') : undefined;
    const keep =
      handle === undefined
        ? undefined
        : async (chunk: Uint8Array): Promise<void> => handle.writeFile(chunk);
    let body;
    try {
      body = await reader.body(file.url, keep);
    } finally {
      await handle?.close();
    }
    if (body.status !== 200) return [missing(file, body.status)];
    const told = file.hashes['sha256'];
    const findings = [...sizeFindings(file, body.size)];
    if (told !== undefined && told !== body.sha256)
      findings.push(
        about(
          'index/wrong-digest',
          'Installers refuse the file: it is not what the page says.',
          file,
          {
            evidence: `sha256 ${body.sha256}, the page has ${told}`,
          },
        ),
      );
    if (isWheel) findings.push(...(await verifyOwnMetadata(path, file, metadata)));
    return findings;
  });
}

/** pip 26.2 and later fail where the two differ. */
async function verifyOwnMetadata(
  path: string,
  file: SimpleFile,
  served: Uint8Array,
): Promise<readonly Finding[]> {
  try {
    const own = await withWheel(path, (wheel) => readDistInfoFile(wheel, 'METADATA'), {
      filename: file.filename,
    });
    if (own !== undefined && Buffer.compare(own, served) === 0) return [];
    return [about('index/foreign-metadata', 'The metadata is not that of the wheel.', file)];
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return [about('index/unreadable-wheel', error.message, file)];
  }
}

function sizeFindings(file: SimpleFile, size: number | undefined): readonly Finding[] {
  if (file.size === undefined || size === undefined || file.size === size) return [];
  return [
    about('index/wrong-size', 'The file is not as long as the page says.', file, {
      evidence: `${size} bytes, the page has ${file.size}`,
    }),
  ];
}

function missing(file: SimpleFile, status: number): Finding {
  return about('index/missing-file', 'A page leads to a file that is not there.', file, {
    evidence: String(status),
  });
}

function about(
  code: Finding['code'],
  message: string,
  file: SimpleFile,
  details: Pick<Finding, 'evidence' | 'hint'> = {},
): Finding {
  return breaks(code, message, { path: file.url, ...details });
}
