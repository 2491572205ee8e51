/**
 * The file as far as its name, its size, its digests and what is on the index tell.
 *
 * Rules: warehouse `forklift/legacy.py`, 6b6215712 (2026-08).
 */
import { timingSafeEqual } from 'node:crypto';
import { FILE_LIMIT } from '../../check/index.ts';
import { canonicalVersion, normalizeName, tryParseVersion } from '../../packaging/index.ts';
import type {
  IndexState,
  ReceivedFile,
  StoredFile,
  StoredProject,
  StoredRelease,
} from '../state.ts';
import type { UploadForm } from './form.ts';
import type { RuleContext, Violation } from './model.ts';
import { violation } from './table.ts';
import { quoted, shown } from './text.ts';

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;
/** Of all files of a project. */
const PROJECT_LIMIT = 10 * GIBIBYTE;
const OPEN_FOR_DAYS = 14;
const DAY = 86_400_000;

/** Name and type of the file. */
export function filenameViolations(
  { filename, contentType }: ReceivedFile,
  { filetype }: UploadForm,
): readonly Violation[] {
  const violations: Violation[] = [];
  const evidence = quoted(filename);
  if (Array.from(filename).some((character) => character < ' ' || character === '\u007f'))
    violations.push(violation('filename-characters', { evidence }));
  if (/[/\\]/.test(filename)) violations.push(violation('filename-separator', { evidence }));
  const extension = extensionProblem(filename, filetype);
  if (extension !== undefined)
    violations.push(violation('filename-extension', { values: { reason: extension }, evidence }));
  if (contentType === undefined || contentType === '' || contentType.startsWith('image/'))
    violations.push(
      violation('content-type', {
        evidence: quoted(contentType ?? ''),
        hint: 'Send the part with the type application/octet-stream.',
      }),
    );
  return violations;
}

/** In lower case alone. */
const EXTENSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['sdist', ['.tar.gz', '.zip']],
  ['bdist_wheel', ['.whl']],
]);

function extensionProblem(filename: string, filetype: string): string | undefined {
  const extension = /.\.(?:tar\.gz|zip|whl)$/is.exec(filename)?.[0].slice(1);
  if (extension === undefined) return 'Use .tar.gz, .whl or .zip extension.';
  const allowed = EXTENSIONS.get(filetype);
  return allowed === undefined || allowed.includes(extension)
    ? undefined
    : `Extension ${extension} is invalid for filetype ${filetype}.`;
}

/** Whether a name can be that of a file in a folder, on every system. */
export function isSafeFilename(filename: string): boolean {
  return (
    /^[^\p{Cc}/\\:*?"<>|]+$/u.test(filename) &&
    !/^\.{1,2}$|[. ]$/.test(filename) &&
    Buffer.byteLength(filename) <= 255
  );
}

/** Sizes, against what the project may have. */
export function sizeViolations(
  { size, isCut }: ReceivedFile,
  { name }: UploadForm,
  context: RuleContext,
): readonly Violation[] {
  const project = context.state.projects.get(normalizeName(name));
  const fileLimit = project?.fileLimit ?? context.fileLimit ?? FILE_LIMIT;
  const totalLimit = project?.totalLimit ?? context.totalLimit ?? PROJECT_LIMIT;
  const shownName = shown(project?.name ?? name);
  const violations: Violation[] = [];
  if (isCut || size > fileLimit)
    violations.push(
      violation('file-too-large', {
        values: { project: shownName, limit: Math.floor(fileLimit / MEBIBYTE) },
        evidence: `${size} bytes${isCut ? ' and more' : ''}`,
        hint: 'Strip debug sections, leave out test data, or have the limit of the project raised.',
      }),
    );
  const there = [...(project?.files.values() ?? [])].reduce((sum, file) => sum + file.size, 0);
  if (size + there > totalLimit)
    violations.push(
      violation('project-too-large', {
        values: { project: shownName, limit: Math.floor(totalLimit / GIBIBYTE) },
        evidence: `${there} bytes are there, ${size} come`,
      }),
    );
  return violations;
}

/** Every digest that came must be that of the bytes; of a file that is not all there, none can be told. */
export function digestViolations(
  { md5, sha256, blake2b256, isCut }: ReceivedFile,
  form: UploadForm,
): readonly Violation[] {
  if (isCut) return [];
  const wrong = Object.entries({
    md5_digest: [form.md5, md5],
    sha256_digest: [form.sha256, sha256],
    blake2_256_digest: [form.blake2b256, blake2b256],
  }).filter(([, [told = '', real = '']]) => told !== '' && !isSame(told.toLowerCase(), real));
  if (wrong.length === 0) return [];
  return [violation('digest-mismatch', { evidence: wrong.map(([name]) => name).join(', ') })];
}

function isSame(told: string, real: string): boolean {
  const [left, right] = [Buffer.from(told), Buffer.from(real)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether the index has this very file under this name, which is a success. */
export function isFileThere(
  { filename, sha256, blake2b256, isCut }: ReceivedFile,
  state: IndexState,
): boolean {
  const there = state.file(filename);
  return !isCut && there?.sha256 === sha256 && there.blake2b256 === blake2b256;
}

/** Names and bytes that are taken, in that order; {@link isFileThere} comes first. */
export function takenViolations(
  file: ReceivedFile,
  { state }: Pick<RuleContext, 'state'>,
): readonly Violation[] {
  const { filename, blake2b256 } = file;
  const byName = state.file(filename);
  const byContent = file.isCut ? undefined : state.fileByContent(blake2b256);
  const violations: Violation[] = [];
  if (byName !== undefined || byContent !== undefined)
    violations.push(
      violation('file-exists', {
        values: { filename: shown(filename), blake2b256, reason: reasonOf(byName, byContent) },
        evidence: `there: ${(byName ?? byContent)?.filename ?? ''}`,
        hint: 'A name is used once for ever: give the release a new version, or the wheel a build number.',
      }),
    );
  if (state.deletedFilenames.has(filename)) violations.push(violation('filename-used'));
  return violations;
}

function reasonOf(byName: StoredFile | undefined, byContent: StoredFile | undefined): string {
  return byName === undefined && byContent !== undefined
    ? `The same bytes are there as ${quoted(byContent.filename)}.`
    : 'It has other bytes.';
}

/** Releases that are closed, and those that have an sdist. */
export function releaseViolations(
  { name, version, filetype }: UploadForm,
  { state, now }: RuleContext,
): readonly Violation[] {
  const project = state.projects.get(normalizeName(name));
  const release = project === undefined ? undefined : findRelease(project, version);
  if (project === undefined || release === undefined) return [];
  const violations: Violation[] = [];
  const age = now.getTime() - Date.parse(release.created);
  if (age > OPEN_FOR_DAYS * DAY)
    violations.push(
      violation('release-closed', {
        evidence: `its first file came ${release.created}, ${Math.floor(age / DAY)} days ago`,
        hint: 'Publish it with a new version, such as a post release.',
      }),
    );
  const sdist = [...project.files.values()].find(
    (file) => file.kind === 'sdist' && isSameVersion(file.version, version),
  );
  if (filetype === 'sdist' && sdist !== undefined)
    violations.push(violation('second-sdist', { evidence: `there: ${sdist.filename}` }));
  return violations;
}

function findRelease({ releases }: StoredProject, version: string): StoredRelease | undefined {
  return [...releases.values()].find((each) => isSameVersion(each.version, version));
}

function isSameVersion(left: string, right: string): boolean {
  const [one, other] = [tryParseVersion(left), tryParseVersion(right)];
  return (
    one !== undefined && other !== undefined && canonicalVersion(one) === canonicalVersion(other)
  );
}
