import { describe, expect, it } from 'vitest';
import { chooseReporter } from '../../../src/support/progress/choose.ts';

describe('chooseReporter', () => {
  it.each([
    [true, {}, 'terminal'],
    [false, {}, 'none'],
    [true, { TERM: 'dumb' }, 'plain'],
    [true, { TERM: 'xterm', CI: 'false' }, 'terminal'],
    [true, { CI: 'true' }, 'plain'],
    [false, { CI: '1' }, 'plain'],
    [false, { CI: 'true', GITHUB_ACTIONS: 'true' }, 'github'],
    [true, { CI: 'true', GITLAB_CI: 'true' }, 'gitlab'],
    [false, { TF_BUILD: 'True' }, 'azure'],
    [false, { GITHUB_ACTIONS: '' }, 'none'],
  ] as const)('terminal %s with %j: %s', (isTty, env, expected) => {
    expect(chooseReporter({ isTty, env, quiet: false, verbose: false, json: false })).toBe(
      expected,
    );
  });

  it('speaks JSON to a program and words to a person', () => {
    const json = { quiet: false, verbose: false, json: true };
    expect(chooseReporter({ ...json, isTty: false, env: {} })).toBe('none');
    expect(chooseReporter({ ...json, verbose: true, isTty: false, env: {} })).toBe('json-lines');
    expect(chooseReporter({ ...json, isTty: true, env: {} })).toBe('terminal');
    expect(chooseReporter({ ...json, isTty: true, env: { TERM: 'dumb' } })).toBe('plain');
    expect(chooseReporter({ ...json, isTty: false, env: { GITHUB_ACTIONS: 'true' } })).toBe(
      'github',
    );
    expect(chooseReporter({ ...json, isTty: false, env: { CI: 'true' } })).toBe('plain');
  });

  it('tells a pipe about progress when it is asked to', () => {
    const pipe = { isTty: false, env: {}, quiet: false, json: false };
    expect(chooseReporter({ ...pipe, verbose: true })).toBe('plain');
    expect(chooseReporter({ ...pipe, verbose: false })).toBe('none');
  });

  it('is silent when it is to be', () => {
    for (const isTty of [true, false])
      expect(
        chooseReporter({
          isTty,
          env: { GITHUB_ACTIONS: 'true' },
          quiet: true,
          verbose: false,
          json: true,
        }),
      ).toBe('none');
  });
});
