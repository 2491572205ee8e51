/** Answers in JSON. */
import type { OidcAnswer } from './model.ts';

/** What nobody may keep: tokens, and facts that change. */
const NEVER_STORED = { 'cache-control': 'no-store' };

/** An answer of any status with a JSON body. */
export function jsonAnswer(status: number, body: unknown, type = 'application/json'): OidcAnswer {
  return {
    status,
    headers: { 'content-type': type, 'x-content-type-options': 'nosniff', ...NEVER_STORED },
    body: JSON.stringify(body),
  };
}

/** An error as RFC 9457 has them, which PEP 807 asks for. */
export function problemAnswer(status: number, title: string, detail: string): OidcAnswer {
  const problem = { type: 'about:blank', title, status, detail };
  return jsonAnswer(status, problem, 'application/problem+json');
}

/** Why PyPI gives no token: status 422 and a list of one. */
export interface MintFault {
  readonly code:
    | 'invalid-payload'
    | 'not-enabled'
    | 'invalid-token'
    | 'invalid-pending-publisher'
    | 'invalid-publisher'
    | 'invalid-reuse-token';
  readonly description: string;
}

/** PyPI's answer to a request for a token that it does not give. */
export function faultAnswer(fault: MintFault): OidcAnswer {
  return jsonAnswer(422, { message: 'Token request failed', errors: [fault] });
}
