/** What clients send, to be kept and compared: no secrets, and nothing that differs from run to run by nature. */
import type { IncomingMessage } from 'node:http';

/** One request and how it was answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** In the order they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Names of the form's fields in their order, of an upload. */
  readonly fields?: readonly string[];
  readonly status: number;
}

const SECRET_HEADERS = new Set(['cookie', 'proxy-authorization', 'x-api-key']);

/** The exchange of a request that was answered. */
export function exchangeOf(
  { method = '', url = '', rawHeaders }: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>,
  status: number,
  fields?: readonly string[],
): Exchange {
  const headers = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, shown(name.toLowerCase(), rawHeaders[at + 1] ?? '')] as const] : [],
  );
  const [path = ''] = url.split('?', 1);
  return { method, path, headers, ...(fields === undefined ? {} : { fields }), status };
}

function shown(name: string, value: string): string {
  if (name === 'authorization') return `${value.split(/\s/, 1)[0] ?? ''} ***`;
  if (SECRET_HEADERS.has(name)) return '***';
  if (name === 'host') return value.replace(/:\d+$/, ':PORT');
  if (name === 'content-length') return 'LENGTH';
  if (name === 'content-type') return value.replace(/boundary=.*$/i, 'boundary=BOUNDARY');
  return value;
}
