/** The environment variables that act on every command. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ['NO_COLOR', 'when not empty, nothing is coloured'],
  [
    'FORCE_COLOR',
    'when set, output is coloured even when it goes to no terminal; 0 forbids colour',
  ],
  [
    'CI',
    'when set, progress is written line by line, and in the form the service folds when it is GitHub, GitLab or Azure',
  ],
  ['XDG_CACHE_HOME', 'the folder in which the cache is kept; --cache-dir wins'],
];
