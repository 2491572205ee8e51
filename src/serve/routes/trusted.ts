/** Trusted publishing over HTTP; what it says is src/serve/oidc's. */
import type { IncomingMessage } from 'node:http';
import type { TrustedPublishing } from '../oidc/index.ts';
import type { Route } from './context.ts';

const LONGEST_BODY = 65 << 10;

export function trustedRoutes(trusted: () => Promise<TrustedPublishing>, origin: string): Route {
  return async ({ path, request, query }) => {
    if (!path.startsWith('/_/oidc/') && !path.startsWith('/.well-known/') && !/pytp/.test(path))
      return undefined;
    const { accept } = request.headers;
    const body = request.method === 'POST' ? await readBody(request) : undefined;
    return (await trusted()).handle({
      method: request.method ?? 'GET',
      origin,
      path,
      query,
      ...(accept === undefined ? {} : { accept }),
      ...(body === undefined ? {} : { body }),
    });
  };
}

/** One byte more than is taken tells that it was too much. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length <= LONGEST_BODY) chunks.push(bytes);
    else break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
