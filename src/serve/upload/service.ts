/** Uploads from the first byte to the answer. */
import { dirname } from 'node:path';
import type { IncomingMessage } from 'node:http';
import { WheelworksError } from '../../support/errors.ts';
import { normalizeName } from '../../packaging/index.ts';
import type { Authenticator } from '../auth.ts';
import { uploadTimeOf } from '../clock.ts';
import { documentAnswer, type Answer } from '../http/answer.ts';
import { refusalAnswer } from '../http/refusal.ts';
import { createLocks } from '../lock.ts';
import type { RuleContext, UploadJudgement } from '../rules/model.ts';
import type { Identity, ReceivedUpload } from '../state.ts';
import { removeUpload, type Store } from '../store/index.ts';
import type { UploadLog } from './attempt.ts';
import { FORM_LIMITS, receiveUpload, UnreadableUpload, type OrderedUpload } from './receive.ts';
import { takeUpload, unjudged } from './take.ts';

export interface UploadServiceOptions {
  readonly store: Store;
  readonly log: UploadLog;
  readonly authenticator: Authenticator;
  readonly now: () => Date;
  readonly judge: (upload: ReceivedUpload, context: RuleContext) => Promise<UploadJudgement>;
  /** The context of an upload without what this service knows by itself. */
  readonly rules: Omit<RuleContext, 'state' | 'now' | 'identity'>;
  /** Bytes of the largest file that is read. */
  readonly largestFile: () => number;
  readonly concurrentUploads: number;
  /** The provenance of an upload that brings attestations; undefined without. */
  readonly provenanceOf?: (upload: ReceivedUpload, identity: Identity) => string | undefined;
  /** Names that another index answers for. */
  readonly foreignNames: ReadonlySet<string>;
}

/** An answer, and what is told of the form to transcripts. */
export interface UploadAnswer {
  readonly answer: Answer;
  readonly fields?: readonly string[];
}

export interface UploadService {
  /** What PyPI's `/legacy/` does. */
  upload(request: IncomingMessage): Promise<UploadAnswer>;
  /** Would it be taken? Everything that speaks against it; nothing is kept. */
  validate(request: IncomingMessage): Promise<UploadAnswer>;
}

/** PyPI's words for requests of nobody it knows; twine and uv look for the status. */
const NO_IDENTITY =
  'Invalid or non-existent authentication information. See /help/#invalid-auth for more information.';

export function createUploadService(options: UploadServiceOptions): UploadService {
  const { store, log, authenticator, now, judge, rules } = options;
  const locks = createLocks();
  let active = 0;

  const received = async (
    request: IncomingMessage,
    work: (upload: OrderedUpload) => Promise<UploadAnswer>,
  ): Promise<UploadAnswer> => {
    const { accept } = request.headers;
    if (active >= options.concurrentUploads) {
      request.resume();
      return {
        answer: refusalAnswer(503, 'Too many uploads at once.', accept, { 'retry-after': '1' }),
      };
    }
    active += 1;
    const folder = await store.uploadFolder();
    try {
      const limits = { file: options.largestFile(), ...FORM_LIMITS };
      const upload = await receiveUpload(request, folder, limits);
      // From here on it is the client that waits, in silence.
      request.setTimeout(0);
      return await work(withQuery(upload, request.url));
    } catch (error) {
      if (!(error instanceof UnreadableUpload)) throw error;
      return {
        answer: refusalAnswer(error.status, error.message, accept, { connection: 'close' }),
      };
    } finally {
      active -= 1;
      await removeUpload(folder);
    }
  };

  const judged = async (
    upload: ReceivedUpload,
    identity: Identity | undefined,
  ): Promise<UploadJudgement> =>
    withoutPath(
      upload,
      await judge(upload, { ...rules, state: store.state, now: now(), identity }),
    );

  const decide = async (
    upload: ReceivedUpload,
    identity: Identity,
  ): Promise<ReturnType<typeof unjudged>> => {
    if (options.foreignNames.has(projectOf(upload)))
      return unjudged(
        403,
        'Another index answers for this project: nothing is uploaded to it here.',
      );
    const judgement = await judged(upload, identity);
    const { content } = upload;
    if (judgement.status !== 200 || judgement.isThere || content === undefined) return judgement;
    try {
      const provenance = options.provenanceOf?.(upload, identity);
      await takeUpload(upload, content, {
        store,
        identity,
        now: now(),
        ...(provenance === undefined ? {} : { provenance }),
      });
      return judgement;
    } catch (error) {
      if (!(error instanceof WheelworksError) || error.code !== 'serve/not-a-distribution')
        throw error;
      return unjudged(400, error.message);
    }
  };

  return {
    async upload(request) {
      const { accept, authorization, 'user-agent': client } = request.headers;
      const identity = authenticator.identify(authorization);
      if (identity === undefined) {
        log.add({
          time: uploadTimeOf(now()),
          judgement: unjudged(403, NO_IDENTITY),
          form: new Map(),
          ...(client === undefined ? {} : { client }),
        });
        if (await endsSoon(request)) return { answer: refusalAnswer(403, NO_IDENTITY, accept) };
        const early = refusalAnswer(403, NO_IDENTITY, accept, { connection: 'close' });
        return { answer: { ...early, isEarly: true } };
      }
      return received(request, async (upload) => {
        const { content } = upload;
        // The same bytes may come under another name, and the same name with other bytes: one at a time of either.
        const verdict = await locks(`project ${projectOf(upload)}`, () =>
          locks(`content ${content?.blake2b256 ?? ''}`, () => decide(upload, identity)),
        );
        log.add({
          time: uploadTimeOf(now()),
          sender: identity.name,
          judgement: verdict,
          form: upload.form,
          ...(content === undefined ? {} : { filename: content.filename, size: content.size }),
          ...(client === undefined ? {} : { client }),
        });
        const { status, message } = verdict;
        const fields = upload.order;
        return status === 200
          ? { answer: { status, headers: PLAIN, body: '' }, fields }
          : { answer: refusalAnswer(status, message, accept), fields };
      });
    },
    validate(request) {
      const identity = authenticator.identify(request.headers.authorization);
      return received(request, async (upload) => {
        const { status, message, rule, isThere, violations } = await judged(upload, identity);
        const document = {
          schema: 'wheelworks.serve.validate/1',
          filename: upload.content?.filename,
          verdict: status === 200 ? 'accepted' : 'rejected',
          answer: { status, message, rule },
          isThere,
          violations,
        };
        return { answer: documentAnswer(200, document), fields: upload.order };
      });
    },
  };
}

/** Where the file lies for now is nobody's business but the server's. */
function withoutPath({ content }: ReceivedUpload, judgement: UploadJudgement): UploadJudgement {
  if (content === undefined) return judgement;
  const hide = (text: string): string =>
    text.replaceAll(content.path, content.filename).replaceAll(dirname(content.path), '');
  return {
    ...judgement,
    message: hide(judgement.message),
    violations: judgement.violations.map((violation) => ({
      ...violation,
      message: hide(violation.message),
      ...(violation.evidence === undefined ? {} : { evidence: hide(violation.evidence) }),
      ...(violation.hint === undefined ? {} : { hint: hide(violation.hint) }),
    })),
  };
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

function projectOf({ form }: ReceivedUpload): string {
  return normalizeName(form.get('name')?.[0] ?? '');
}

/** `:action` and `protocol_version` may come in the address, too. */
function withQuery(upload: OrderedUpload, url = ''): OrderedUpload {
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const form = new Map(upload.form);
  for (const name of [':action', 'protocol_version']) {
    const value = query.get(name);
    if (value !== null && !form.has(name)) form.set(name, [value]);
  }
  return { ...upload, form };
}

/** Bytes of strangers that are read, into nothing: clients send before they listen. */
const READ_OF_STRANGERS = 1 << 20;

/**
 * Reads so much of a request; whether that was all. Who sends more finds the answer and the end of the connection behind
 * it, which twine and uv look for when sending fails.
 */
async function endsSoon(request: IncomingMessage): Promise<boolean> {
  if (request.complete || request.destroyed) return true;
  let length = 0;
  return new Promise((resolve) => {
    request.once('end', () => resolve(true));
    request.once('close', () => resolve(true));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= READ_OF_STRANGERS) return;
      request.pause();
      resolve(false);
    });
  });
}
