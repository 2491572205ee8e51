/** A server as a process of its own, and what it used. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');
export const TOKEN = 'pypi-the-token-of-a-benchmark';
export const HAS_TASKSET = spawnSync('taskset', ['--version']).status === 0;

/** Where it listens, the peak of its memory so far in MB (0 where the system does not tell), and how to end it. */
export async function startServer(args, { core } = {}) {
  return start([entry, 'serve', '--json', ...args], core, (line) => JSON.parse(line).origin);
}

/** The same bytes out of Node's own server, which looks at no request. */
export async function startBare(path, core) {
  return start([join(import.meta.dirname, 'bare.mjs'), path], core, (line) => line);
}

async function start(args, core, originIn) {
  const pinned = core === undefined || !HAS_TASKSET ? [] : ['taskset', '-c', String(core)];
  const [command, ...rest] = [...pinned, process.execPath, ...args];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, WHEELWORKS_SERVE_TOKEN: TOKEN, NODE_ENV: '' },
  });
  const origin = await new Promise((resolve, reject) => {
    let text = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      text += line;
      try {
        resolve(originIn(text));
      } catch {
        // The document has more lines.
      }
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  return {
    origin,
    peakMegabytes: () => peakOf(child.pid),
    async end() {
      const gone = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function peakOf(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}
