/** Requests that are refused before anything looks at them: of other names for this machine, and of other sites. */
import type { IncomingMessage } from 'node:http';
import { textAnswer, type Answer } from './answer.ts';

export interface GuardOptions {
  /** Names besides those of this machine by which the server may be called. */
  readonly allowedHosts: readonly string[];
}

/** The refusal, or undefined for a request that may pass. */
export function guardRequest(
  { headers, method }: Pick<IncomingMessage, 'headers' | 'method'>,
  { allowedHosts }: GuardOptions,
): Answer | undefined {
  const { host = '', origin } = headers;
  // DNS rebinding: a name of somebody else that leads to this machine lets their pages read what is here.
  if (!isOwnName(host, allowedHosts))
    return textAnswer(421, 'This server does not answer to that name; --allow-host permits one.');
  if (method === 'GET' || method === 'HEAD') return undefined;
  // Browsers always say which page makes them send; installers and uploaders never do.
  const site = headers['sec-fetch-site'];
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  if (!isOwnSite || (origin !== undefined && !isOwnOrigin(origin, host)))
    return textAnswer(403, 'Pages of other sites change nothing here.');
  return undefined;
}

function isOwnName(host: string, allowed: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    name === 'localhost' ||
    name === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(name) ||
    allowed.some((each) => each.toLowerCase() === name)
  );
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
