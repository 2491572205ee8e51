import { describe, expect, it } from 'vitest';
import { parseMarker } from '../../src/packaging/marker.ts';
import { formatRequirement, parseRequirement } from '../../src/packaging/requirement.ts';
import { parseSpecifierSet } from '../../src/packaging/specifier-set.ts';

function refusal(text: string): unknown {
  try {
    return parseRequirement(text);
  } catch (error) {
    return error;
  }
}

describe('requirements', () => {
  it('takes a requirement apart', () => {
    expect(parseRequirement('Foo.Bar [b, a,b] (>=1.0, <2) ; os_name == "nt"')).toEqual({
      name: 'Foo.Bar',
      extras: ['a', 'b'],
      specifier: parseSpecifierSet('>=1.0,<2'),
      marker: parseMarker('os_name == "nt"'),
    });
  });

  it('takes everything up to a blank as the URL, a semicolon too', () => {
    expect(parseRequirement('foo @ https://example.com/a.whl;x ; os_name == "nt"')).toMatchObject({
      url: 'https://example.com/a.whl;x',
      specifier: [],
      marker: { kind: 'comparison' },
    });
    expect(parseRequirement('foo@file:///a.whl')).not.toHaveProperty('marker');
  });

  it('writes the normal form of one that was put together in code', () => {
    expect(
      formatRequirement({
        name: 'foo',
        extras: ['b', 'a', 'b'],
        specifier: parseSpecifierSet('>=1,<2'),
        marker: parseMarker('extra == "Test"'),
      }),
    ).toBe('foo[a,b]<2,>=1; extra == "test"');
  });

  it.each([
    ['', 'expected the name of a project at column 1'],
    ['-foo', 'expected the name of a project at column 1'],
    ['foo bar', "expected '@', a version specifier such as >=1.0, ';' or the end at column 5"],
    ['foo 1.0', 'a version specifier such as >=1.0'],
    ['foo[a b]', "expected ',' or ']' for the '[' at column 4 at column 7"],
    ['foo[a,]', "expected the name of an extra after ','"],
    ['foo>=1 <2', "expected ',', ';' or the end at column 8"],
    ['foo (>=1', "expected ',' or ')' for the '(' at column 5"],
    ['foo>=1.*', 'the .* at column 7 may follow a plain release only'],
    ['foo==1a1.*', 'the .* at column 9 may follow a plain release only'],
    ['foo>=1+cu121', 'the local label at column 7 goes with == and != only'],
    ['foo===1,x', '"===1,x" are not valid version specifiers'],
    ['foo @', "expected a URL after '@'"],
    ['foo @ x y', "expected ';' or the end at column 9"],
    ['foo;', 'expected a marker variable'],
    ['foo; os_name == "a" # comment', 'expected the end'],
    ['foo\n', 'at column 4'],
  ])('says what is wrong with %j', (text, reason) => {
    expect(refusal(text)).toMatchObject({
      code: 'packaging/invalid-requirement',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('never repeats a password', () => {
    const error = refusal('foo @ https://user:hunter2@example.com/foo.whl x');
    expect(error).toHaveProperty('code', 'packaging/invalid-requirement');
    expect(JSON.stringify(error)).toContain('example.com');
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });
});
