/** The environment variables of twine and of uv, read as one: what both set must agree. */
import { WheelworksError } from '../../support/errors.ts';
import { Secret } from '../../support/secret.ts';

/** The environment, as commands see it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value and the variable that it came from. */
export interface FromVariable<Value> {
  readonly value: Value;
  readonly variable: string;
}

/** What the environment says. A variable that is empty counts as not set, as CI services set them. */
export interface PublishVariables {
  /** Name of an index. */
  readonly repository?: FromVariable<string>;
  /** Upload address. */
  readonly repositoryUrl?: FromVariable<string>;
  readonly username?: FromVariable<string>;
  /** Password or token. */
  readonly password?: FromVariable<Secret>;
  /** It is a token: the user is `__token__`. */
  readonly isToken: boolean;
  /** Address of the list of projects. */
  readonly checkUrl?: FromVariable<string>;
}

/**
 * Reads the variables.
 * @throws WheelworksError `config/variables-contradict` when two say different things; the values are not shown.
 */
export function readVariables(env: Environment): PublishVariables {
  const token = valueOf(env, ['UV_PUBLISH_TOKEN']);
  const username = valueOf(env, ['TWINE_USERNAME', 'UV_PUBLISH_USERNAME']);
  const password = valueOf(env, ['TWINE_PASSWORD', 'UV_PUBLISH_PASSWORD', 'UV_PUBLISH_TOKEN']);
  if (token !== undefined && username !== undefined && username.value !== '__token__')
    throw contradiction([token.variable, username.variable]);
  return {
    ...named('repository', valueOf(env, ['TWINE_REPOSITORY', 'UV_PUBLISH_INDEX'])),
    ...named('repositoryUrl', valueOf(env, ['TWINE_REPOSITORY_URL', 'UV_PUBLISH_URL'])),
    ...named('username', username),
    ...(password === undefined
      ? {}
      : { password: { ...password, value: new Secret(password.value) } }),
    isToken: token !== undefined,
    ...named('checkUrl', valueOf(env, ['UV_PUBLISH_CHECK_URL'])),
  };
}

function named<Key extends string>(
  key: Key,
  value: FromVariable<string> | undefined,
): Partial<Record<Key, FromVariable<string>>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, FromVariable<string>>);
}

function valueOf(env: Environment, names: readonly string[]): FromVariable<string> | undefined {
  const found = names.flatMap((variable) => {
    const value = env[variable];
    return value === undefined || value.trim() === '' ? [] : [{ variable, value }];
  });
  const [first, ...others] = found;
  const other = others.find(({ value }) => value.trim() !== first?.value.trim());
  if (first !== undefined && other !== undefined)
    throw contradiction([first.variable, other.variable]);
  return first;
}

function contradiction(variables: readonly string[]): WheelworksError {
  return new WheelworksError(
    'config/variables-contradict',
    `The variables ${variables.join(' and ')} contradict each other.`,
    { hint: 'Unset one of them.' },
  );
}
