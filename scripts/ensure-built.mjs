/**
 * Makes dist/ current: installs the dependencies and builds when a source is newer than the last build. Says so in one
 * line on standard error. Of several that start at once, one does the work and the others wait for it.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, 'dist/.building');
const WAIT_MS = 100;

/** What a build depends on. Folders count too: removing a file changes only its folder. */
const SOURCES = [
  'src',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/bundle-options.mjs',
];

function isCurrent() {
  const built = statSync(join(root, 'dist/.built'), { throwIfNoEntry: false });
  return (
    built !== undefined && SOURCES.every((source) => !isNewer(join(root, source), built.mtimeMs))
  );
}

function isNewer(path, time) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.mtimeMs > time) return true;
  return stats.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), time));
}

/** The lock is a folder, which exactly one process can make. */
function takeLock() {
  try {
    mkdirSync(dirname(lock), { recursive: true });
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    process.stderr.write(
      `wheelworks: cannot build in ${root} (${error.code}); make it writable, or build it first.\n`,
    );
    process.exit(1);
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  return true;
}

/** A builder that was killed leaves its lock. It is moved away first: only one of those who notice can do that. */
function removeDeadLock() {
  const owner = lockOwner();
  if (owner === undefined || isAlive(owner)) return;
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** Undefined while the owner has not yet written its number, or has just finished. */
function lockOwner() {
  try {
    const text = readFileSync(join(lock, 'pid'), 'utf8');
    return text === '' ? undefined : Number(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run(script) {
  const result = spawnSync(process.execPath, [join(root, 'scripts', script)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.status === 0) return;
  process.stderr.write(`wheelworks: ${script} failed; see the messages above.\n`);
  rmSync(lock, { recursive: true, force: true });
  process.exit(1);
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

while (!isCurrent()) {
  if (!takeLock()) {
    removeDeadLock();
    pause(WAIT_MS);
    continue;
  }
  try {
    // The one before may have finished between the look and the lock.
    if (isCurrent()) continue;
    process.stderr.write('wheelworks: building (only after a change of its sources)...\n');
    run('ensure-ready.mjs');
    run('build.mjs');
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
