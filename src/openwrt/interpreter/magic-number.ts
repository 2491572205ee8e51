import { WheelworksError } from '../../support/errors.ts';
import table from './data/magic-numbers.json' with { type: 'json' };

/**
 * The number that the bytecode of a minor version begins with: 3571 for `3.13`.
 * @throws WheelworksError `openwrt/unknown-python-version`.
 */
export function magicNumberOf(minor: string): number {
  const numbers: Readonly<Record<string, number>> = table.numbers;
  const number = numbers[minor];
  if (number !== undefined) return number;
  throw new WheelworksError(
    'openwrt/unknown-python-version',
    `What the bytecode of Python ${minor} begins with is not known.`,
    { hint: `Known: ${Object.keys(numbers).join(', ')}.` },
  );
}
