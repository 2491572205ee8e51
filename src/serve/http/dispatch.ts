/** From a request to its answer: guards, faults, routes, and what to do when something breaks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { RETRY_AFTER, type Fault, type Faults } from '../faults.ts';
import type { Route, RoutedRequest } from '../routes/context.ts';
import { sendAnswer, textAnswer, type Answer } from './answer.ts';
import { guardRequest, type GuardOptions } from './guard.ts';
import { segmentsOf } from './path.ts';
import { refusalAnswer } from './refusal.ts';

export interface DispatchOptions extends GuardOptions {
  readonly routes: readonly Route[];
  readonly faults: Faults;
  /** Told of what nobody expected. */
  readonly failed: (error: unknown, path: string) => void;
  /** Told when a request was answered. */
  readonly answered: (request: IncomingMessage, status: number) => void;
}

export type Dispatch = (request: IncomingMessage, response: ServerResponse) => void;

export function createDispatch(options: DispatchOptions): Dispatch {
  return (request, response) => {
    response.on('close', () => options.answered(request, response.statusCode));
    dispatch(request, response, options).catch((error: unknown) => {
      options.failed(error, request.url ?? '');
      if (response.headersSent) response.destroy();
      else sendAnswer(request, response, textAnswer(500, 'The server failed.', CLOSE));
    });
  };
}

const CLOSE = { connection: 'close' };

async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  options: DispatchOptions,
): Promise<void> {
  const refused = guardRequest(request, options);
  if (refused !== undefined) return finish(request, response, refused);
  const { url = '/' } = request;
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  // What sets the faults up must not be hit by them.
  const fault = path.startsWith('/_/admin/') ? undefined : options.faults.take(path);
  if (fault !== undefined && (await play(fault, request, response))) return;
  const segments = segmentsOf(path);
  if (segments === undefined)
    return finish(request, response, textAnswer(400, 'That is no path of this server.', CLOSE));
  const routed: RoutedRequest = {
    request,
    response,
    path,
    segments,
    query: question === -1 ? NO_QUERY : new URLSearchParams(url.slice(question + 1)),
    isStale: fault?.kind === 'stale',
  };
  for (const route of options.routes) {
    const pending = route(routed);
    const answer = pending instanceof Promise ? await pending : pending;
    if (answer === undefined) continue;
    if (fault?.kind === 'lost') response.destroy();
    else if (answer !== 'sent') await finish(request, response, answer);
    return;
  }
  return finish(request, response, textAnswer(404, 'Not found.'));
}

const NO_QUERY = new URLSearchParams();

/** Clients send all of a body before they listen; what nobody has read is read now, so that they hear the answer. */
async function finish(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  if (answer.isEarly !== true && !request.complete && request.method === 'POST')
    await drain(request);
  if (!response.destroyed) sendAnswer(request, response, answer);
}

/** Bytes of a body that are read for nothing but good manners. */
const MOST_DRAINED = 2 ** 30;

async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  let length = 0;
  await new Promise<void>((resolve) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_DRAINED) request.destroy();
    });
    request.once('end', resolve);
    request.once('close', resolve);
    request.once('error', resolve);
  });
}

/** True when the request has been dealt with. */
async function play(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.kind) {
    case 'status': {
      const waits = fault.status === 429 || fault.status === 503;
      const headers = waits ? { 'retry-after': RETRY_AFTER } : {};
      const { accept } = request.headers;
      await finish(
        request,
        response,
        refusalAnswer(fault.status, 'A fault that was asked for.', accept, headers),
      );
      return true;
    }
    case 'slow':
      await sleep(fault.delay);
      return false;
    case 'cut':
      if (request.method === 'POST') {
        cutBody(request, fault.after);
        return true;
      }
      cutAnswer(response, fault.after);
      return false;
    case 'lost':
    case 'stale':
      return false;
  }
}

function cutBody(request: IncomingMessage, after: number): void {
  let length = 0;
  if (after === 0) request.destroy();
  request.on('error', () => {});
  request.on('end', () => request.socket.destroy());
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length >= after) request.destroy();
  });
}

/** Lets so many bytes of the body through, and ends the connection. */
function cutAnswer(response: ServerResponse, after: number): void {
  const { socket } = response;
  const write = response.write.bind(response);
  let left = after;
  const pass = (chunk: unknown): boolean => {
    const bytes = bytesOf(chunk);
    const part = bytes.subarray(0, left);
    left -= part.length;
    if (left > 0) return write(part);
    write(part, () => socket?.destroySoon());
    return true;
  };
  response.write = pass;
  response.end = (chunk?: unknown) => {
    if (chunk !== undefined && typeof chunk !== 'function') pass(chunk);
    socket?.destroySoon();
    return response;
  };
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  return Buffer.from(typeof chunk === 'string' ? chunk : '');
}
