/**
 * Refusals as PyPI words them: the message is the reason phrase, and is in the body that `Accept` asks for.
 *
 * Source: warehouse `forklift/legacy.py` `_exc_with_message` at 6b6215712 (2026-08-21), which sets the whole status line;
 * bodies as WebOb's exceptions have them.
 */
import { STATUS_CODES } from 'node:http';
import { escapeHtml } from '../../pages/index.ts';
import { preferredType } from './accept.ts';
import type { Answer } from './answer.ts';

const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  403: 'Access was denied to this resource.',
  409: 'There was a conflict when trying to complete your request.',
  410: 'This resource is no longer available.  No forwarding address is given.',
};

/** An answer with PyPI's words for a refusal. */
export function refusalAnswer(
  status: number,
  message: string,
  accept: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = `${status} ${message}`;
  const explanation = EXPLANATIONS[status] ?? title;
  const type = preferredType(accept, ['text/html', 'text/plain', 'application/json']);
  const answer = { status, reason: message };
  const more = { 'cache-control': 'no-store', ...headers };
  switch (type) {
    case 'application/json':
      return {
        ...answer,
        headers: { 'content-type': 'application/json', ...more },
        body: JSON.stringify({ message: `${explanation}\n\n\n${message}\n\n\n`, code, title }),
      };
    case 'text/html':
      return {
        ...answer,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'",
          ...more,
        },
        body: `<html>
 <head>
  <title>${escapeHtml(code)}</title>
 </head>
 <body>
  <h1>${escapeHtml(code)}</h1>
  ${escapeHtml(explanation)}<br/><br/>
${escapeHtml(message)}


 </body>
</html>`,
      };
    case 'text/plain':
    case undefined:
      return {
        ...answer,
        headers: { 'content-type': 'text/plain; charset=utf-8', ...more },
        body: `${code}\n\n${explanation}\n\n\n${message}\n\n\n`,
      };
  }
}
