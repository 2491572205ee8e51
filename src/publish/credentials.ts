/**
 * Who uploads: from a token file, the environment, `.pypirc` or a keyring, in twine's order of precedence, or by an
 * identity of a CI service.
 */
import { WheelworksError } from '../support/errors.ts';
import { isLoopback } from '../support/http.ts';
import { Secret } from '../support/secret.ts';
import type { FromVariable, PublishVariables } from './config/environment.ts';
import type { Destination } from './destination.ts';
import { tokenLocation } from './token-location.ts';

/** Something that may upload. */
export interface Credentials {
  readonly user: string;
  /** Where they come from, for people: `TWINE_PASSWORD`, a path. */
  readonly origin: string;
  /** From an identity: only with these PyPI takes attestations. */
  readonly isTrusted: boolean;
  /** The value of the header `Authorization`, made anew when it is about to expire; undefined to send none. */
  readonly authorization: (signal?: AbortSignal) => Promise<Secret | undefined>;
  /** Everything that must never be shown. */
  readonly secrets: () => readonly Secret[];
}

/** Where credentials are looked for. Each of the functions is asked only when nothing before it had any. */
export interface CredentialSources {
  /** `--username`. */
  readonly username?: string;
  /** Of a file or of standard input, and its name. */
  readonly token?: FromVariable<Secret>;
  readonly variables: PublishVariables;
  /** Asks a keyring, without ever asking a person. */
  readonly keyring?: (service: string, user: string) => Promise<Secret | undefined>;
  /** The identity of a CI service; undefined where there is none. */
  readonly trusted?: () => Promise<Credentials | undefined>;
  /** Nothing but that identity will do. */
  readonly mustBeTrusted?: boolean;
}

/** The user that goes with a token. */
export const TOKEN_USER = '__token__';

/**
 * Finds the credentials of a destination.
 * @throws WheelworksError `publish/no-credentials`, `publish/foreign-token`, `publish/password-refused`, and what the
 * sources throw.
 */
export async function findCredentials(
  destination: Destination,
  sources: CredentialSources,
): Promise<Credentials> {
  const { variables } = sources;
  const { server } = destination;
  const given = sources.token ?? variables.password;
  const user =
    sources.username ??
    (sources.token === undefined ? variables.username?.value : undefined) ??
    server?.username ??
    TOKEN_USER;
  if (given !== undefined)
    return checked(
      destination,
      basic(isToken(given.value, variables) ? TOKEN_USER : user, given.value, given.variable),
    );
  if (server?.password !== undefined)
    return checked(destination, basic(user, server.password, destination.source));
  const kept = await sources.keyring?.(destination.upload, user);
  if (kept !== undefined) return checked(destination, basic(user, kept, 'the keyring'));
  const trusted = await sources.trusted?.();
  if (trusted !== undefined) return trusted;
  if (sources.mustBeTrusted === true) throw noIdentity(destination);
  if (isLoopback(new URL(destination.upload))) return ANONYMOUS;
  throw noCredentials(destination);
}

/** Basic authentication. Blanks around tokens are from files and web pages. */
function basic(user: string, password: Secret, origin: string): Credentials {
  const value = password.reveal().trim();
  const pair = Buffer.from(`${user}:${value}`).toString('base64');
  const authorization = new Secret(`Basic ${pair}`);
  return {
    user,
    origin,
    isTrusted: false,
    authorization: async () => authorization,
    secrets: () => [password, new Secret(pair)],
  };
}

/** A server on this machine may ask for nobody's name. */
const ANONYMOUS: Credentials = {
  user: '',
  origin: 'the server is on this machine',
  isTrusted: false,
  authorization: async () => undefined,
  secrets: () => [],
};

function isToken(password: Secret, variables: PublishVariables): boolean {
  return variables.isToken || password.reveal().trim().startsWith('pypi-');
}

function checked(destination: Destination, credentials: Credentials): Credentials {
  const [password] = credentials.secrets();
  const location = password === undefined ? undefined : tokenLocation(password);
  const url = new URL(destination.upload);
  if (location !== undefined && !isLoopback(url) && !belongs(location, destination))
    throw new WheelworksError(
      'publish/foreign-token',
      `The token is for ${location} and not for ${destination.title}: it is not sent there.`,
      { evidence: `from ${credentials.origin}`, hint: `Give a token of ${destination.title}.` },
    );
  if (destination.isPyPI && credentials.user !== TOKEN_USER)
    throw new WheelworksError(
      'publish/password-refused',
      `${destination.title} takes no user and password.`,
      {
        evidence: `user ${credentials.user}, from ${credentials.origin}`,
        hint: `Make an API token, and give it with the user ${TOKEN_USER}; or set up trusted publishing.`,
      },
    );
  return credentials;
}

function belongs(location: string, { site, upload }: Destination): boolean {
  const hosts = [site, upload].flatMap((url) => (url === undefined ? [] : [new URL(url).hostname]));
  return hosts.includes(location);
}

function noIdentity({ title }: Destination): WheelworksError {
  return new WheelworksError(
    'publish/no-credentials',
    `There is no identity of a CI service to publish to ${title} with, and nothing else may be used.`,
    {
      hint: 'Run it in a job of GitHub Actions, GitLab, Google Cloud, Buildkite or CircleCI (docs/trusted-publishing.md), or leave out --trusted-publishing always.',
    },
  );
}

function noCredentials({ title, upload }: Destination): WheelworksError {
  return new WheelworksError('publish/no-credentials', `There are no credentials for ${title}.`, {
    evidence: `looked at: --token-file, UV_PUBLISH_TOKEN, TWINE_PASSWORD, UV_PUBLISH_PASSWORD, .pypirc, keyring (${upload}), the identity of the CI service`,
    hint: 'In CI set up trusted publishing. Elsewhere give a token: --token-file FILE, or - for standard input.',
  });
}
