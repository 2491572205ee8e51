/**
 * E-mail addresses of metadata.
 *
 * PyPI judges a value with one address in it, by email-validator 2.3.0 without asking the domain; a list, and what its parser
 * makes nothing of, it lets pass (warehouse `forklift/metadata.py`, 6b6215712, 2026-08, on Python 3.14).
 */
import { domainToASCII } from 'node:url';

const LONGEST_DOMAIN = 253;
const LONGEST_ADDRESS = 254;
/** RFC 5322 atext, and by RFC 6531 everything outside of ASCII. */
const LOCAL =
  /^[\w!#$%&'*+\-/=?^`{|}~\u0080-\u{10ffff}]+(?:\.[\w!#$%&'*+\-/=?^`{|}~\u0080-\u{10ffff}]+)*$/u;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** Names that reach nobody (RFC 6761, 6762, 7686). */
const SPECIAL: ReadonlySet<string> = new Set([
  'arpa',
  'invalid',
  'local',
  'localhost',
  'onion',
  'test',
]);

/** The addresses of a value such as `A Person <a@example.org>, b@example.org`, without names and comments. */
export function addressesIn(value: string): readonly string[] {
  return splitList(withoutComments(value))
    .map((part) => (/<([^<>]*)>?\s*$/.exec(part)?.[1] ?? part).trim())
    .filter((address) => address !== '');
}

/** Whether PyPI's parser makes one address of a value: only then is it judged. */
export function isSingleAddress(value: string): boolean {
  const [address, ...others] = addressesIn(value);
  return address !== undefined && others.length === 0 && PLAIN.test(address);
}

/** At most one at sign, with no blank behind it, and nothing that means something in lists, routes and groups. */
const PLAIN = /^[^<>[\]():;,@]*(?:@[^\s<>[\]():;,@]*)?$/;

/** Whether an address has the form of one and is not in a domain that cannot have mail. */
export function isEmailAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (at < 1 || address.length > LONGEST_ADDRESS) return false;
  return LOCAL.test(local) && isDomain(domain);
}

function isDomain(domain: string): boolean {
  // The conversion would take what stands for a dot or a letter elsewhere, and numbers for addresses.
  if (!/^[A-Za-z0-9.\-\u0080-\u{10ffff}]+$/u.test(domain)) return false;
  const ascii = /^[\x20-\x7e]*$/.test(domain) ? domain : domainToASCII(domain);
  const labels = ascii.split('.');
  const last = labels.at(-1)?.toLowerCase() ?? '';
  return (
    labels.length > 1 &&
    ascii.length <= LONGEST_DOMAIN &&
    labels.every((label) => LABEL.test(label) && !/^(?!xn)..--/i.test(label)) &&
    /[a-z]$/i.test(last) &&
    !SPECIAL.has(last)
  );
}

/** Comments of RFC 5322 stand in parentheses and nest. */
function withoutComments(text: string): string {
  let depth = 0;
  let quoted = false;
  let result = '';
  for (const character of text) {
    if (character === '"' && depth === 0) quoted = !quoted;
    if (character === '(' && !quoted) depth += 1;
    if (depth === 0) result += character;
    if (character === ')' && !quoted && depth > 0) depth -= 1;
  }
  return result;
}

function splitList(text: string): readonly string[] {
  const parts: string[] = [''];
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (character === ',' && !quoted) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts;
}
