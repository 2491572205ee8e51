/** A request as it would go out, without what is secret in it. */
import type { FormEntry } from '../packaging/index.ts';
import type { Credentials } from './credentials.ts';
import type { Destination } from './destination.ts';
import { formEntries, uploadBody } from './form.ts';
import type { PublishFile } from './publish-file.ts';

export interface DescribedRequest {
  readonly filename: string;
  readonly method: 'POST';
  readonly url: string;
  /** `authorization` says who, and not with what. */
  readonly headers: readonly FormEntry[];
  readonly fields: readonly FormEntry[];
}

/** The upload of a file. */
export function describeRequest(
  file: PublishFile,
  { upload }: Destination,
  credentials: Credentials | undefined,
): DescribedRequest {
  const fields = formEntries(file);
  const body = uploadBody(file, fields);
  return {
    filename: file.filename,
    method: 'POST',
    url: upload,
    headers: [
      ['content-type', body.contentType],
      ['content-length', String(body.length)],
      ...(credentials === undefined || credentials.user === ''
        ? []
        : ([['authorization', `*** (user ${credentials.user})`]] as const)),
    ],
    fields,
  };
}
