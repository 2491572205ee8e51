import { describe, expect, it } from 'vitest';
import { createTokenSource, type MintedToken } from '../../../src/publish/trusted/index.ts';
import { Secret } from '../../../src/support/secret.ts';

/** A source over a clock in seconds; tokens are numbered and live 900 seconds. */
function lab(): {
  readonly clock: { now: number };
  readonly mint: { calls: number; fails: boolean };
  readonly source: ReturnType<typeof createTokenSource>;
} {
  const clock = { now: 1000 };
  const mint = { calls: 0, fails: false };
  const make = async (): Promise<MintedToken> => {
    mint.calls += 1;
    const name = `token-${mint.calls}`;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (mint.fails) throw new Error('refused');
    return { token: new Secret(name), expires: clock.now + 900 };
  };
  return { clock, mint, source: createTokenSource(make, { clock: () => clock.now * 1000 }) };
}

describe('a source of tokens', () => {
  it('asks for one when the first is wanted', async () => {
    const { mint, source } = lab();
    expect(mint.calls).toBe(0);
    expect((await source.token()).reveal()).toBe('token-1');
    expect((await source.token()).reveal()).toBe('token-1');
    expect(mint.calls).toBe(1);
  });

  it('asks once for all who want one', async () => {
    const { mint, source } = lab();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.token()));
    expect(new Set(tokens.map((token) => token.reveal()))).toEqual(new Set(['token-1']));
    expect(mint.calls).toBe(1);
  });

  it('renews with less than five minutes left', async () => {
    const { clock, source } = lab();
    await source.token();
    clock.now += 600;
    expect((await source.token()).reveal()).toBe('token-1');
    clock.now += 1;
    const both = await Promise.all([source.token(), source.token()]);
    expect(both.map((token) => token.reveal())).toEqual(['token-2', 'token-2']);
    expect(source.secrets().map((secret) => secret.reveal())).toEqual(['token-1', 'token-2']);
  });

  it('goes on with the old one while that is good', async () => {
    const { clock, mint, source } = lab();
    await source.token();
    mint.fails = true;
    clock.now += 800;
    expect((await source.token()).reveal()).toBe('token-1');
    clock.now += 80;
    await expect(source.token()).rejects.toThrow('refused');
  });

  it('asks again after a failure', async () => {
    const { mint, source } = lab();
    mint.fails = true;
    const failed = await Promise.allSettled([source.token(), source.token()]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(mint.calls).toBe(1);
    mint.fails = false;
    expect((await source.token()).reveal()).toBe('token-2');
  });
});
