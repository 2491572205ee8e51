import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret, redactText } from '../../src/support/secret.ts';

const TOKEN = `pypi-${'AgEIcHlwaS5vcmc'.repeat(3)}`;

describe('Secret', () => {
  it('shows itself nowhere but in reveal()', () => {
    const secret = new Secret('hunter2');
    const shown = [
      String(secret),
      secret.toString(),
      JSON.stringify({ secret }),
      inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
      Object.keys(secret).join(','),
    ];
    expect(shown.join('\n')).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});

describe('redactText', () => {
  it.each([
    ['https://user:pw@host/x', 'https://***@host/x'],
    ['see https://tok@host:8080/x?a=b@c now', 'see https://***@host:8080/x?a=b@c now'],
    ['two http://a:b@c http://d:e@f', 'two http://***@c http://***@f'],
    ['a password with an at: https://u:p@ss@host/', 'a password with an at: https://***@host/'],
  ])('takes the user out of %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each(['https://host/path@1.0', 'mail me@example.org', '://', 'https://', 'pypi-server', ''])(
    'leaves %j',
    (text) => {
      expect(redactText(text)).toBe(text);
    },
  );

  it('masks a PyPI token wherever it stands', () => {
    expect(redactText(`password=${TOKEN}, twice ${TOKEN}`)).toBe('password=***, twice ***');
  });

  it('is fast on text made to be slow', () => {
    const hostile = '://@'.repeat(200_000) + 'pypi-'.repeat(200_000);
    expect(redactText(hostile).length).toBeGreaterThan(0);
  });
});

describe('identity tokens in text', () => {
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

  it.each([
    [`invalid identity token: ${jwt}`, 'invalid identity token: ***'],
    [`a "${jwt}", b`, 'a "***", b'],
    ['eyJ is how they begin', 'eyJ is how they begin'],
    ['eyJhbGciOiJSUzI1NiJ9', 'eyJhbGciOiJSUzI1NiJ9'],
  ])('%#', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });
});
