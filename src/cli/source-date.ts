import { WheelworksError } from '../support/errors.ts';
import type { Environment } from './host.ts';

/**
 * The time that archives give their members, when the user set `SOURCE_DATE_EPOCH`.
 *
 * Specification: https://reproducible-builds.org/specs/source-date-epoch/, which asks for an error when the value is
 * not a number of seconds.
 * @throws WheelworksError `config/source-date-epoch`.
 */
export function sourceDate(env: Environment): { readonly modified?: Date } {
  const text = env['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return {};
  if (/^[0-9]{1,11}$/.test(text)) return { modified: new Date(Number(text) * 1000) };
  throw new WheelworksError(
    'config/source-date-epoch',
    'SOURCE_DATE_EPOCH is not a number of seconds since 1970.',
    { evidence: text, hint: 'Unset it, or set it to the output of: git log -1 --format=%ct' },
  );
}
