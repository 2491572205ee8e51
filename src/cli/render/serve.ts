/** A running server for people: where it is, how to use it, and secrets that are shown once. */
import type { RunningServer } from '../../serve/index.ts';
import type { CommandContext } from '../context.ts';
import { renderFields } from './fields.ts';

export interface ServingFacts {
  /** The tokens were made for this run, so nobody knows them yet. */
  readonly isTokenNew: boolean;
  readonly isAdminNew: boolean;
  readonly rules: 'pypi' | 'none';
}

export function renderServing(
  server: RunningServer,
  { isTokenNew, isAdminNew, rules }: ServingFacts,
  { colour }: CommandContext,
): string {
  const { origin, uploadUrl, simpleUrl, root } = server;
  const [token] = server.tokens;
  const asked = rules === 'pypi' ? "by PyPI's rules" : 'without rules';
  return [
    `${colour.strong(`Serving ${origin}/`)}, taking uploads ${asked}. Ctrl-C ends it.\n\n`,
    renderFields(
      [
        ['folder', root],
        ['token', isTokenNew ? token?.secret.reveal() : undefined],
        ['admin token', isAdminNew ? server.adminToken.reveal() : undefined],
      ],
      { palette: colour },
    ),
    isTokenNew || isAdminNew
      ? colour.faint('Tokens are shown once, and new at every start.\n')
      : '',
    '\n',
    colour.code(`twine upload --repository-url ${uploadUrl} -u __token__ dist/*\n`),
    colour.code(`pip install --index-url ${simpleUrl} PROJECT\n`),
  ].join('');
}
