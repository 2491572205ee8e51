import { array, assert, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startCpuTime } from './cpu-time.ts';
import { resultOrCode } from './vectors.ts';
import { expandBraces } from '../../src/support/braces.ts';

describe('braces', () => {
  // Answers of GNU bash 5.2: for p in ...; do eval "echo $p"; done
  it.each([
    ['cp3{10,12}-*', ['cp310-*', 'cp312-*']],
    [
      'cp3{1{0,1},13}-{many,musl}',
      ['cp310-many', 'cp310-musl', 'cp311-many', 'cp311-musl', 'cp313-many', 'cp313-musl'],
    ],
    ['a{,b}', ['a', 'ab']],
    ['{a}', ['{a}']],
    ['{}', ['{}']],
    ['{a,b', ['{a,b']],
    ['a,b}', ['a,b}']],
    ['{a,b}}', ['a}', 'b}']],
    ['{a,{b,c}', ['{a,b', '{a,c']],
    ['x{1..3}', ['x1', 'x2', 'x3']],
    ['{3..1}', ['3', '2', '1']],
    ['{08..10}', ['08', '09', '10']],
    ['{1..10..4}', ['1', '5', '9']],
    ['{a..c}', ['a', 'b', 'c']],
    ['\\{a,b}', ['{a,b}']],
    ['{a\\,b,c}', ['a,b', 'c']],
    ['', ['']],
  ])('%s', (pattern, texts) => {
    expect(expandBraces(pattern)).toEqual(texts);
  });

  it('that stand for too much are refused in no time', () => {
    const patterns = [
      '{a,b}'.repeat(20),
      '{1..999999999}',
      '{'.repeat(99) + '}'.repeat(99),
      '{a,'.repeat(5000),
    ];
    const spent = startCpuTime();
    expect(patterns.map((pattern) => resultOrCode(() => expandBraces(pattern)))).toEqual([
      'config/pattern-too-large',
      'config/pattern-too-large',
      'config/pattern-too-large',
      ['{a,'.repeat(5000)],
    ]);
    expect(spent()).toBeLessThan(2000);
    expect(() => expandBraces('{a,b}'.repeat(20))).toThrow(/more than 1000/);
  });

  const word = stringMatching(/^[a-z0-9*_-]{0,6}$/);

  it('of two lists are all pairs, and a text without braces is itself', () => {
    assert(
      property(
        array(word, { minLength: 2, maxLength: 5 }),
        array(word, { minLength: 2, maxLength: 5 }),
        word,
        (left, right, middle) => {
          expect(expandBraces(middle)).toEqual([middle]);
          expect(expandBraces(`{${left.join(',')}}${middle}{${right.join(',')}}`)).toEqual(
            left.flatMap((one) => right.map((other) => one + middle + other)),
          );
        },
      ),
    );
  });

  it('never end in anything but texts or their refusal', () => {
    assert(
      property(stringMatching(/^[{},.a1\\]{0,40}$/), (pattern) => {
        const result = resultOrCode(() => expandBraces(pattern));
        expect(typeof result === 'string' ? [result] : result).not.toHaveLength(0);
      }),
    );
  });
});
