/** From an upload that the rules let pass to a file of the index. */
import { describeDistribution, type DescribedFile } from '../../index/index.ts';
import { UPLOAD_FIELDS, type FormEntry } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { distributionKind } from '../../wheel/index.ts';
import { uploadTimeOf } from '../clock.ts';
import type { UploadJudgement } from '../rules/model.ts';
import type { Identity, ReceivedFile, ReceivedUpload } from '../state.ts';
import type { Store } from '../store/index.ts';

/** What is known when an upload is taken. */
export interface TakeOptions {
  readonly store: Store;
  readonly identity: Identity;
  readonly now: Date;
  /** To be served with the file. */
  readonly provenance?: string;
}

/**
 * Takes the file. It is on the disk for good when this resolves, and not there at all when it throws.
 * @throws WheelworksError `serve/not-a-distribution` for what cannot be stored under any rules; `file/*`.
 */
export async function takeUpload(
  upload: ReceivedUpload,
  content: ReceivedFile,
  options: TakeOptions,
): Promise<void> {
  const { store, identity, now, provenance } = options;
  const { file, metadata } = await described(content);
  const name = upload.form.get('name')?.[0] ?? file.project;
  await store.takeFile(
    {
      fact: 'file',
      name,
      owners: [identity.name],
      metadata: formEntries(upload.form),
      file: {
        filename: file.filename,
        project: file.project,
        version: file.version,
        kind: distributionKind(file.filename),
        size: content.size,
        sha256: content.sha256,
        blake2b256: content.blake2b256,
        md5: content.md5,
        uploadTime: uploadTimeOf(now),
        uploader: identity.name,
        ...(file.requiresPython === undefined ? {} : { requiresPython: file.requiresPython }),
        ...(file.metadataSha256 === undefined ? {} : { metadataSha256: file.metadataSha256 }),
        ...(provenance === undefined ? {} : { hasProvenance: true }),
      },
    },
    {
      path: content.path,
      ...(metadata === undefined ? {} : { metadata }),
      ...(provenance === undefined ? {} : { provenance }),
    },
  );
}

async function described({ path, sha256, size }: ReceivedFile): Promise<DescribedFile> {
  try {
    return await describeDistribution(path, { known: { sha256, size } });
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    throw new WheelworksError(
      'serve/not-a-distribution',
      `Invalid distribution file. ${error.message}`,
      { cause: error },
    );
  }
}

/** The metadata that the form brings, in the order of the specification; empty values are absent ones. */
function formEntries(form: ReceivedUpload['form']): readonly FormEntry[] {
  return UPLOAD_FIELDS.flatMap(({ name }) =>
    (form.get(name) ?? []).flatMap((value): readonly FormEntry[] =>
      value === '' || value === 'UNKNOWN' ? [] : [[name, value]],
    ),
  );
}

/** What the rules say of an upload that could not be judged at all. */
export function unjudged(
  status: number,
  message: string,
): Pick<UploadJudgement, 'status' | 'message' | 'isThere' | 'violations'> {
  return { status, message, isThere: false, violations: [] };
}
