/** Which packages for Python the feed of a release has, as data; scripts/update-openwrt-packages.mjs makes it. */
import table from './data/feed-packages.json' with { type: 'json' };
import { isInterpreter } from './two-interpreters.ts';

const RELEASES = new Map(table.releases.map(({ name, date }) => [name, date]));
const PACKAGES = new Map(
  Object.entries(table.packages).map(([name, releases]) => [
    `python3-${name}`,
    releases.split(' '),
  ]),
);

/** What is to do about dependencies that nothing can be installed for: `+python3-x` of a project without a recipe. */
export function notInFeed(words: readonly string[], release: string): string[] {
  const date = RELEASES.get(release);
  if (date === undefined) return [];
  return words
    .map((word) => word.replace(/^\+/, ''))
    .filter((name) => name.startsWith('python3-') && !isInterpreter(name))
    .filter((name) => PACKAGES.get(name)?.includes(release) !== true)
    .map(
      (name) =>
        `DEPENDS: the feed of ${release} has no ${name}, as of ${date}; it takes a recipe of its own`,
    );
}
