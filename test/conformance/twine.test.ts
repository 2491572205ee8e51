/** What twine sends for a file, and what we send for it. */
import { execFile, spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CANARY, goodSdist, goodWheel, publish } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { startUploadServer, type ReceivedUpload } from '../support/upload-server.ts';

const run = promisify(execFile);
const found = spawnSync('twine', ['--version'], { encoding: 'utf8' });
const hasTwine = found.status === 0;
const name = hasTwine ? found.stdout.split('\n', 1)[0] : 'twine is missing';

const METADATA = [
  'Metadata-Version: 2.1',
  'Name: spam-and_eggs',
  'Version: 1.0',
  'Summary: A thing, "quoted" and ünïcode',
  'Home-page: https://example.org/',
  'Download-URL: https://example.org/d',
  'Author: A',
  'Author-email: a@example.org',
  'Maintainer: M',
  'Maintainer-email: m@example.org',
  'License: MIT',
  'Keywords: one,two',
  'Platform: linux',
  'Platform: any',
  'Classifier: Programming Language :: Python :: 3',
  'Classifier: Topic :: Software Development',
  'Project-URL: Docs, https://example.org/docs',
  'Project-URL: Code, https://example.org/code',
  'Requires-Dist: a (>=1)',
  'Requires-Dist: b ; extra == "x"',
  'Requires-Python: >=3.8',
  'Description-Content-Type: text/markdown',
  '',
  '# Readme',
  '',
  'Text with ünïcode and --dashes--',
  '',
].join('\n');

async function twine(upload: string, path: string, home: string): Promise<void> {
  const options = ['--non-interactive', '--disable-progress-bar', '--repository-url', upload];
  await run('twine', ['upload', ...options, '-u', '__token__', path], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TWINE_PASSWORD: CANARY,
      PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
    },
  });
}

/** Fields with something in them, sorted; the order of repeated ones stays. */
function fieldsOf(upload: ReceivedUpload | undefined): readonly (readonly [string, string])[] {
  return (upload?.fields ?? [])
    .filter(([key, value]) => value !== '' && value !== 'None' && key !== 'md5_digest')
    .toSorted(([left], [right]) => (left < right ? -1 : Number(left > right)));
}

describe.skipIf(!hasTwine)(`as ${name}`, () => {
  it.each([
    ['a wheel', 'py2.py3-none-any'],
    ['a wheel with native files', 'cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64'],
  ])('%s is sent with the same fields, bytes and credentials', async (_, tags) => {
    const folder = await scratch();
    const path = await goodWheel(folder, { name: 'spam_and_eggs', tags, metadata: METADATA });
    const theirs = await startUploadServer();
    await twine(theirs.upload, path, folder);
    const ours = await startUploadServer();
    await publish(ours.upload, [path], folder);
    expect(fieldsOf(ours.uploads[0])).toEqual(fieldsOf(theirs.uploads[0]));
    expect(ours.uploads[0]?.filename).toBe(basename(path));
    expect(ours.uploads[0]?.content.equals(theirs.uploads[0]?.content ?? Buffer.alloc(0))).toBe(
      true,
    );
    expect(ours.uploads[0]?.headers.authorization).toBe(theirs.uploads[0]?.headers.authorization);
  });

  it('an sdist is sent with the same fields and bytes', async () => {
    const folder = await scratch();
    const path = await goodSdist(folder);
    const theirs = await startUploadServer();
    await twine(theirs.upload, path, folder);
    const ours = await startUploadServer();
    await publish(ours.upload, [path], folder);
    // twine 4 leaves pyversion out for sdists; twine 7 sends it.
    const [major] = /[0-9]+/.exec(found.stdout) ?? [];
    const own = fieldsOf(ours.uploads[0]).filter(
      ([key]) => key !== 'pyversion' || Number(major) > 4,
    );
    expect(own).toEqual(fieldsOf(theirs.uploads[0]));
    expect(ours.uploads[0]?.content.equals(theirs.uploads[0]?.content ?? Buffer.alloc(0))).toBe(
      true,
    );
  });
});
