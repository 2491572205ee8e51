/**
 * What is wrong with distributions before anyone installs them: what an index would refuse, what it would mail about, and
 * what it lets through though users break.
 */
import { auditSubject, auditWheel } from '../audit/index.ts';
import { verifyZipCompression, verifyZipFraming } from '../archive/zip/index.ts';
import { validateMetadata } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { hashFile } from '../support/hash.ts';
import { verifyWheel, type Wheel } from '../wheel/index.ts';
import { fileFindings } from './contents/files.ts';
import { layoutFindings } from './contents/layout.ts';
import { pathFindings } from './contents/paths.ts';
import { sourceTreeFindings } from './contents/source-tree.ts';
import { judgeDescription, readmeFaultFinding } from './description/index.ts';
import type { CheckOptions } from './options.ts';
import { classifierFindings } from './pypi/classifiers.ts';
import { entryPointFindings } from './pypi/entry-points.ts';
import { licenseFileFindings } from './pypi/license-files.ts';
import { limitFindings } from './pypi/limits.ts';
import { nameFile } from './pypi/named-file.ts';
import { nameFindings } from './pypi/names.ts';
import { obfuscationFindings } from './pypi/obfuscated.ts';
import { polyglotFindings } from './pypi/polyglot.ts';
import { uploadedMetadata } from './pypi/uploaded-metadata.ts';
import { releaseFileOf, type ReleaseFile } from './release-set/release-file.ts';
import { resultOf, type CheckResult } from './result.ts';
import { unreadable, withSubject, type CheckSubject } from './subject.ts';

/** A file that was checked, with what the rules over several files need of it. */
export interface CheckedFile extends CheckResult {
  /** Undefined when the file could not be opened. */
  readonly release: ReleaseFile | undefined;
}

/**
 * Every finding for one distribution. A file that is damaged is rejected, not thrown.
 * @throws WheelworksError `file/*` when it cannot be read at all, `distribution/unknown-kind` for what is none by its name.
 */
export async function checkFile(path: string, options: CheckOptions = {}): Promise<CheckedFile> {
  const file = await nameFile(path);
  const outside = [...limitFindings(file, options.maxSize), ...(await polyglotFindings(file))];
  try {
    return await withSubject(file, async (subject) => {
      const findings = [...outside, ...(await findingsOf(subject, options))];
      // A main wheel knows its parts by their digests.
      const isHashed = options.digest !== false || subject.part !== undefined;
      const digests = isHashed ? await hashFile(path) : undefined;
      return { ...resultOf(path, findings), release: releaseFileOf(subject, digests?.sha256) };
    });
  } catch (error) {
    if (!isAboutContent(error)) throw error;
    const findings = [unreadable(error), ...outside, ...nameFindings(file)];
    return { ...resultOf(path, findings), release: undefined };
  }
}

/**
 * As {@link checkFile} for a wheel, without the rules of contents: what a build must not produce.
 * @throws WheelworksError when the file cannot be opened as a wheel at all: `wheel/*`, `zip/*`, `packaging/*`, `file/*`.
 */
export async function checkWheel(path: string, options: CheckOptions = {}): Promise<CheckResult> {
  return withSubject(await nameFile(path), async (subject) => {
    const { wheel } = subject;
    const findings = [
      ...(wheel === undefined ? [] : await wheelFindings(wheel, options)),
      ...(subject.metadata === undefined ? [] : validateMetadata(subject.metadata)),
    ];
    // A build is judged by who breaks, not by what an index says of it.
    return { ...resultOf(path, findings), findings };
  });
}

/** A file that is not there is the caller's mistake; one that is damaged, or ends before what it points to, is a verdict. */
function isAboutContent(error: unknown): error is WheelworksError {
  if (!(error instanceof WheelworksError)) return false;
  return error.code === 'file/truncated' || !/^(?:file|distribution|process)\//.test(error.code);
}

async function findingsOf(
  subject: CheckSubject,
  options: CheckOptions,
): Promise<readonly Finding[]> {
  const { metadata, metadataPath, wheel } = subject;
  const { sourceModules } = options;
  options.signal?.throwIfAborted();
  // Rendered elsewhere, while everything else is looked at here.
  const [described, judged] = await Promise.all([
    descriptionFindings(subject, options),
    contentFindings(subject, options),
  ]);
  return [
    ...subject.findings,
    ...nameFindings(subject, { metadata, distInfo: wheel?.distInfo }),
    ...(metadata === undefined
      ? []
      : validateMetadata(uploadedMetadata(metadata)).map(at(metadataPath))),
    ...classifierFindings(subject),
    ...described,
    ...licenseFileFindings(subject),
    ...judged,
    ...layoutFindings(subject, options),
    ...fileFindings(subject),
    ...pathFindings(subject, options),
    ...(sourceModules === undefined ? [] : sourceTreeFindings(subject, sourceModules)),
  ].filter(({ code }) => !isOfWholeSet(code, subject));
}

/** What is read of the archive besides its list and its metadata. */
async function contentFindings(
  subject: CheckSubject,
  options: CheckOptions,
): Promise<readonly Finding[]> {
  const { wheel } = subject;
  return [
    ...(await entryPointFindings(subject)),
    ...(await obfuscationFindings(subject)),
    ...(wheel === undefined ? [] : await wheelFindings(wheel, options)).filter(
      ({ code }) => !JUDGED_ELSEWHERE.has(code),
    ),
  ];
}

/** What lies at the top of a wheel of a set and in its folders, and how much, only the set as a whole can be asked. */
const OF_THE_WHOLE_SET: ReadonlySet<string> = new Set([
  'contents/folder-without-module',
  'contents/large',
  'contents/several-top-level',
]);

function isOfWholeSet(code: string, { split, part }: CheckSubject): boolean {
  return (split !== undefined || part !== undefined) && OF_THE_WHOLE_SET.has(code);
}

/** The tag by the rules of the index itself, sets by those over several files. */
const JUDGED_ELSEWHERE: ReadonlySet<string> = new Set([
  'audit/tag-not-on-pypi',
  'audit/part-of-a-set',
]);

/** Archive, RECORD, names and native files. */
async function wheelFindings(wheel: Wheel, options: CheckOptions): Promise<readonly Finding[]> {
  return [
    ...(await verifyZipFraming(wheel.archive)),
    ...verifyZipCompression(wheel.archive),
    ...(await verifyWheel(wheel, {
      contents: options.contents ?? true,
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    })),
    ...(options.natives === false ? [] : await auditFindings(wheel, options)),
  ];
}

/** The files may have been read under another name: what that claims is judged anew, which reads nothing. */
async function auditFindings(
  wheel: Wheel,
  { audit, jobs }: CheckOptions,
): Promise<readonly Finding[]> {
  const { tags } = wheel.filename;
  const { findings } =
    audit === undefined
      ? await auditWheel(wheel, jobs === undefined ? {} : { jobs })
      : await auditSubject({ ...audit.subject, path: wheel.path, tags });
  return findings;
}

async function descriptionFindings(
  { metadata, metadataPath }: CheckSubject,
  { pythons, renderers, signal }: CheckOptions,
): Promise<readonly Finding[]> {
  if (metadata === undefined) return [];
  const { description: text = '', descriptionContentType: contentType } = metadata;
  const judgement = await judgeDescription(text, contentType, {
    html: false,
    ...(pythons === undefined ? {} : { pythons }),
    ...(renderers === undefined ? {} : { renderers }),
    ...(signal === undefined ? {} : { signal }),
  });
  return readmeFaultFinding(judgement, {
    text,
    path: metadataPath,
    ...(contentType === undefined ? {} : { contentType }),
  });
}

/** Metadata is judged without knowing where it stands. */
function at(path: string): (finding: Finding) => Finding {
  return (finding) => (finding.path === undefined ? { ...finding, path } : finding);
}
