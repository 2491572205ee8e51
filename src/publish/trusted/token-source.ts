/** API tokens that are renewed before they expire. */
import type { Secret } from '../../support/secret.ts';
import type { MintedToken } from './model.ts';

/** A token that is good for the next request. */
export interface TokenSource {
  /** As many at the same time as one likes: one request is made for all. */
  token(): Promise<Secret>;
  /** All tokens that were given so far, to keep them out of what is shown. */
  secrets(): readonly Secret[];
}

export interface TokenSourceOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Gets every token as it is made. */
  readonly onToken?: (token: Secret) => void;
  /** Seconds before its end at which a token is renewed. Default 300, as twine has it. */
  readonly renewBefore?: number;
}

const RENEW_BEFORE = 300;
/** An upload that starts now should still be let in. */
const SHORTEST_REST = 30;

/** Makes a source; nothing is asked for before the first token is. */
export function createTokenSource(
  mint: () => Promise<MintedToken>,
  { clock, onToken, renewBefore = RENEW_BEFORE }: TokenSourceOptions,
): TokenSource {
  const given: Secret[] = [];
  let current: MintedToken | undefined;
  let underWay: Promise<MintedToken> | undefined;
  const rest = (): number => (current === undefined ? 0 : current.expires - clock() / 1000);
  const renew = async (): Promise<MintedToken> => {
    try {
      const minted = await mint();
      given.push(minted.token);
      onToken?.(minted.token);
      current = minted;
      return minted;
    } catch (error) {
      // GitLab gives one identity a job: it is used up, and the token that it gave still good for a while.
      if (current !== undefined && rest() > SHORTEST_REST) return current;
      throw error;
    } finally {
      underWay = undefined;
    }
  };
  return {
    async token() {
      if (current !== undefined && rest() >= renewBefore) return current.token;
      underWay ??= renew();
      return (await underWay).token;
    },
    secrets: () => [...given],
  };
}
