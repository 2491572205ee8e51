/** What every route gets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../http/answer.ts';

/** A request whose path was taken apart. */
export interface RoutedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As it came, without the query. */
  readonly path: string;
  /** Decoded; the last is empty when the path ends in a slash. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** The page is to be as it was before its last change. */
  readonly isStale: boolean;
}

/** What a route did: an answer to be sent, `sent` when it has sent one, undefined when the path is not its own. */
export type Routed = Answer | 'sent' | undefined;

export type Route = (request: RoutedRequest) => Routed | Promise<Routed>;
