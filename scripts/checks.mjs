/**
 * Checks the sources: formatting, lint and types, side by side, since none of them keeps more than a core busy for long.
 * What each says is shown in one piece when it ends; all are waited for, so that one run tells everything.
 */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const CHECKS = ['format:check', 'lint', 'types'];

/** Runs a script of package.json; whether it succeeded. */
function check(script) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const said = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => said.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

const outcomes = await Promise.all(CHECKS.map(check));
const failed = CHECKS.filter((_, index) => !outcomes[index]);
if (failed.length > 0) {
  process.stderr.write(
    `wheelworks: failed: ${failed.map((name) => `npm run ${name}`).join(', ')}\n`,
  );
  process.exitCode = 1;
}
