/**
 * Pages of an index as JSON.
 *
 * Specification: Simple repository API, "JSON-based Simple API" (PEP 691, 700, 714, 740, 792).
 * https://packaging.python.org/specifications/simple-repository-api/#json-based-simple-api-for-python-package-indexes
 */
import { WheelworksError } from '../support/errors.ts';
import {
  PROJECT_STATUSES,
  SIMPLE_API_VERSION,
  type Hashes,
  type SimpleFile,
  type SimpleProject,
} from './simple-api-model.ts';

/** The list of projects; `names` normalised, in the order that they are to stand in. */
export function formatSimpleIndex(names: readonly string[]): string {
  return print({ meta: META, projects: names.map((name) => ({ name })) });
}

/**
 * A project's page. Keys that do not apply are left out: uv takes no null for them.
 * `size` is mandatory since version 1.1: without one in every file, the page says that it is of version 1.0.
 */
export function formatSimpleProject({ name, versions, files, status }: SimpleProject): string {
  const isComplete = versions !== undefined && files.every(({ size }) => size !== undefined);
  return print({
    meta: isComplete ? META : { 'api-version': '1.0' },
    name,
    ...(status === undefined || !isComplete
      ? {}
      : {
          'project-status': {
            status: status.status,
            ...(status.reason === undefined ? {} : { reason: status.reason }),
          },
        }),
    ...(versions === undefined ? {} : { versions }),
    files: files.map(fileObject),
  });
}

const META = { 'api-version': SIMPLE_API_VERSION };

function fileObject(file: SimpleFile): object {
  const { filename, url, hashes, requiresPython, coreMetadata, yanked, gpgSignature } = file;
  const { size, uploadTime, provenance } = file;
  return {
    filename,
    url,
    hashes,
    ...(requiresPython === undefined ? {} : { 'requires-python': requiresPython }),
    ...(coreMetadata === undefined
      ? {}
      : // Not under its older name too: pip 23.0, which knows that one alone, fails on digests in it.
        { 'core-metadata': coreMetadata }),
    ...(gpgSignature === undefined ? {} : { 'gpg-sig': gpgSignature }),
    // An empty reason would read as "not yanked".
    ...(yanked === undefined ? {} : { yanked: yanked === '' ? true : yanked }),
    ...(size === undefined ? {} : { size }),
    ...(uploadTime === undefined ? {} : { 'upload-time': uploadTime }),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function print(document: unknown): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}

/**
 * Reads the list of projects.
 * @throws WheelworksError `packaging/simple-page`.
 */
export function parseSimpleIndex(text: string): readonly string[] {
  const document = readDocument(text);
  return listOf(document['projects'], 'projects').map((project) =>
    textOf(tableOf(project, 'a project')['name'], 'name'),
  );
}

/**
 * Reads a project's page. Keys that nobody knows, and null, are passed over; a key of the wrong kind is refused.
 * @throws WheelworksError `packaging/simple-page` for what is no such page, or is of a later major version.
 */
export function parseSimpleProject(text: string): SimpleProject {
  const document = readDocument(text);
  const { versions, files } = document;
  const status = statusOf(document['project-status']);
  return {
    name: textOf(document['name'], 'name'),
    files: listOf(files, 'files').map((file) => readFile(tableOf(file, 'a file'))),
    ...(isAbsent(versions)
      ? {}
      : { versions: listOf(versions, 'versions').map((each) => textOf(each, 'a version')) }),
    ...(status === undefined ? {} : { status }),
  };
}

type Table = Readonly<Record<string, unknown>>;

function readDocument(text: string): Table {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad('The page is not JSON.', error instanceof Error ? error.message : undefined);
  }
  const document = tableOf(value, 'the page');
  const meta = isAbsent(document['meta']) ? {} : tableOf(document['meta'], 'meta');
  const version = meta['api-version'];
  // PEP 629: a client that meets another major version cannot know what it reads.
  if (typeof version === 'string' && !/^1(?:\.|$)/.test(version))
    throw bad('The page is of a version of the API that is not known.', version);
  return document;
}

function readFile(file: Table): SimpleFile {
  const filename = textOf(file['filename'], 'filename');
  const coreMetadata = metadataOf(file['core-metadata'] ?? file['dist-info-metadata']);
  const size = file['size'];
  if (!isAbsent(size) && !(Number.isSafeInteger(size) && Number(size) >= 0))
    throw bad('size is not a number of bytes.', filename);
  const optional = {
    requiresPython: optionalText(file['requires-python'], 'requires-python'),
    coreMetadata,
    yanked: yankedOf(file['yanked']),
    gpgSignature: typeof file['gpg-sig'] === 'boolean' ? file['gpg-sig'] : undefined,
    size: isAbsent(size) ? undefined : Number(size),
    uploadTime: optionalText(file['upload-time'], 'upload-time'),
    provenance: optionalText(file['provenance'], 'provenance'),
  };
  return {
    filename,
    url: textOf(file['url'], 'url'),
    hashes: hashesOf(file['hashes']),
    ...withoutUndefined(optional),
  };
}

function yankedOf(value: unknown): true | string | undefined {
  if (value === true) return true;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function metadataOf(value: unknown): true | Hashes | undefined {
  if (value === true) return true;
  if (value === false || isAbsent(value)) return undefined;
  const hashes = hashesOf(value);
  return Object.keys(hashes).length === 0 ? true : hashes;
}

function hashesOf(value: unknown): Hashes {
  if (isAbsent(value)) return {};
  return Object.fromEntries(
    Object.entries(tableOf(value, 'hashes')).map(([name, digest]) => [
      name,
      textOf(digest, `the digest ${name}`).toLowerCase(),
    ]),
  );
}

function statusOf(value: unknown): SimpleProject['status'] {
  if (isAbsent(value)) return undefined;
  const table = tableOf(value, 'project-status');
  const status = PROJECT_STATUSES.find((each) => each === table['status']);
  if (status === undefined) return undefined;
  const reason = optionalText(table['reason'], 'reason');
  return { status, ...(reason === undefined ? {} : { reason }) };
}

function withoutUndefined<Value extends object>(
  value: Value,
): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [Key in keyof Value]?: Exclude<Value[Key], undefined>;
  };
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function tableOf(value: unknown, what: string): Table {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Table;
  throw bad(`${what} is not an object.`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw bad(`${what} is not a list.`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw bad(`${what} is not a text.`);
}

function optionalText(value: unknown, what: string): string | undefined {
  return isAbsent(value) ? undefined : textOf(value, what);
}

function bad(message: string, evidence?: string): WheelworksError {
  return new WheelworksError('packaging/simple-page', message, {
    ...(evidence === undefined ? {} : { evidence }),
    hint: 'Is this the address of a simple index (PEP 503, PEP 691)? It often ends in /simple/.',
  });
}
