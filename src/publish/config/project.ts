/** What pyproject.toml says of publishing: `[tool.wheelworks.publish]`, and the indexes of uv. */
import * as z from 'zod';
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';

/** An index of `[[tool.uv.index]]` that takes uploads. */
export interface UvIndex {
  readonly name: string;
  /** Of the list of projects. */
  readonly url: string;
  readonly publishUrl: string;
}

/** What a project has settled for every upload. */
export interface PublishSettings {
  readonly repository?: string;
  readonly repositoryUrl?: string;
  readonly indexUrl?: string;
  /** Codes of findings, or patterns of them, that do not stop an upload. */
  readonly skipChecks: readonly string[];
  /** Patterns of file names that a release must have. */
  readonly expectFiles: readonly string[];
  readonly uvIndexes: readonly UvIndex[];
}

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const table = z.strictObject({
  repository: z.string().min(1).optional(),
  'repository-url': z.string().min(1).optional(),
  'index-url': z.string().min(1).optional(),
  'skip-checks': texts.default([]),
  'expect-files': texts.default([]),
});

const uvIndexes = z.array(
  z.looseObject({
    name: z.string().optional(),
    url: z.string().optional(),
    'publish-url': z.string().optional(),
  }),
);

/** No secret has a place in a file that is in version control. */
const SECRETS = ['password', 'token', 'username'];

/**
 * Reads the two tables; without them everything is as by default.
 * @throws WheelworksError `config/unknown-setting`, `config/secret-in-project`, `config/bad-pyproject`.
 */
export function publishSettingsOf(
  tables: { readonly publish?: unknown; readonly uvIndex?: unknown },
  path: string,
): PublishSettings {
  refuseUnknown(tables.publish, path);
  const own = table.safeParse(tables.publish ?? {});
  if (!own.success) throw badValue(own.error, path);
  const { data } = own;
  // What uv would refuse is for uv to refuse.
  const uv = uvIndexes.safeParse(tables.uvIndex ?? []);
  return {
    skipChecks: data['skip-checks'],
    expectFiles: data['expect-files'],
    ...(data.repository === undefined ? {} : { repository: data.repository }),
    ...(data['repository-url'] === undefined ? {} : { repositoryUrl: data['repository-url'] }),
    ...(data['index-url'] === undefined ? {} : { indexUrl: data['index-url'] }),
    uvIndexes: (uv.success ? uv.data : []).flatMap(({ name, url, 'publish-url': publishUrl }) =>
      name === undefined || url === undefined || publishUrl === undefined
        ? []
        : [{ name, url, publishUrl }],
    ),
  };
}

function refuseUnknown(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  const known = Object.keys(table.shape);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  if (SECRETS.includes(unknown))
    throw new WheelworksError(
      'config/secret-in-project',
      `[tool.wheelworks.publish] takes no ${unknown}: the file is for everybody to read.`,
      { path, hint: 'Use trusted publishing, .pypirc, a keyring or an environment variable.' },
    );
  const suggestion = closestName(unknown, known);
  throw new WheelworksError(
    'config/unknown-setting',
    `[tool.wheelworks.publish] has no setting ${unknown}.`,
    {
      path,
      hint:
        suggestion === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${suggestion}?`,
    },
  );
}

function badValue(error: z.ZodError, path: string): WheelworksError {
  const [issue] = error.issues;
  const key = ['tool.wheelworks.publish', ...(issue?.path ?? [])].join('.');
  return new WheelworksError('config/bad-pyproject', `${key} is wrong: ${issue?.message ?? ''}.`, {
    path,
    hint: 'docs/publish.md lists the settings.',
  });
}
