/**
 * Makes src/plan/ci/data/actions.json again: for each action its newest release `vX.Y.Z` and the commit of that tag, as
 * git tells them. With a folder as argument, repositories are read from there (`OWNER+NAME/repo`) in place of GitHub;
 * an action whose tag is not there keeps its entry.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../src/plan/ci/data/actions.json', import.meta.url));
const [folder] = process.argv.slice(2);
const table = JSON.parse(readFileSync(file, 'utf8'));

for (const [name, entry] of Object.entries(table.actions)) {
  const newest = newestRelease(tagsOf(name));
  if (newest === undefined || newest.order <= orderOf(entry.version)) continue;
  table.actions[name] = { version: newest.version, sha: newest.sha };
  process.stdout.write(`${name} ${entry.version} -> ${newest.version}\n`);
}
table.read = new Date().toISOString().slice(0, 10);
writeFileSync(file, `${JSON.stringify(table, null, 2)}\n`);

/** Lines of `git ls-remote --tags`; what an annotated tag points to comes as `NAME^{}`. */
function tagsOf(name) {
  const local = folder === undefined ? undefined : join(folder, name.replace('/', '+'), 'repo');
  if (local !== undefined && !existsSync(local)) return '';
  const from = local ?? `https://github.com/${name}`;
  return execFileSync('git', ['ls-remote', '--tags', from], { encoding: 'utf8' });
}

function newestRelease(lines) {
  const commits = new Map();
  for (const line of lines.split('\n')) {
    const [, sha, version, peeled] =
      /^([0-9a-f]{40})\trefs\/tags\/(v\d+\.\d+\.\d+)(\^\{\})?$/.exec(line) ?? [];
    if (version !== undefined && (peeled !== undefined || !commits.has(version)))
      commits.set(version, sha);
  }
  return [...commits]
    .map(([version, sha]) => ({ version, sha, order: orderOf(version) }))
    .sort((a, b) => b.order - a.order)[0];
}

function orderOf(version) {
  const [major, minor, patch] = version.slice(1).split('.').map(Number);
  return major * 1e8 + minor * 1e4 + patch;
}
