import {
  createTrustedPublishing,
  type Clock,
  type OidcAnswer,
  type OidcRequest,
  type TrustedPublishing,
  type TrustedPublishingOptions,
  type TrustedPublisher,
} from '../../../src/serve/oidc/index.ts';

export const URL_OF_INDEX = 'http://127.0.0.1:8765';
export const NOW = 1_800_000_000;

export const GITHUB: TrustedPublisher = {
  kind: 'GitHub',
  repository: 'octo/demo',
  workflow: 'publish.yml',
};

/** A clock that stands until it is moved, in seconds. */
export function handClock(seconds = NOW): {
  readonly clock: Clock;
  readonly move: (by: number) => void;
} {
  let now = seconds * 1000;
  return {
    clock: () => now,
    move(by) {
      now += by * 1000;
    },
  };
}

let keys: ReturnType<TrustedPublishing['exportKeys']> | undefined;

/** With keys that are made once: RSA takes its time. */
export async function trusted(
  options: Partial<TrustedPublishingOptions> = {},
): Promise<TrustedPublishing> {
  const { clock } = handClock();
  keys ??= createTrustedPublishing({ clock, url: URL_OF_INDEX, publishers: [] }).then((index) =>
    index.exportKeys(),
  );
  return createTrustedPublishing({
    clock,
    url: URL_OF_INDEX,
    localKeys: await keys,
    publishers: [{ publisher: GITHUB, projects: ['Demo.Project'] }],
    ...options,
  });
}

export async function ask(
  index: TrustedPublishing,
  path: string,
  request: Partial<OidcRequest> = {},
): Promise<OidcAnswer> {
  const url = new URL(path, URL_OF_INDEX);
  const answer = await index.handle({
    method: 'GET',
    origin: URL_OF_INDEX,
    path: url.pathname,
    query: url.searchParams,
    ...request,
  });
  if (answer === undefined) throw new Error(`nothing answers ${path}`);
  return answer;
}

export function mint(index: TrustedPublishing, token: string): Promise<OidcAnswer> {
  return ask(index, '/_/oidc/mint-token', { method: 'POST', body: JSON.stringify({ token }) });
}

/** The code of the first error of a refusal. */
export function codeOf({ status, body }: OidcAnswer): string {
  const { errors } = JSON.parse(body) as { errors: { code: string }[] };
  return `${status} ${errors[0]?.code ?? ''}`;
}

export function tokenIn({ body }: OidcAnswer): string {
  return (JSON.parse(body) as { token: string }).token;
}
