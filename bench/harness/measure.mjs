import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const wrapper = join(import.meta.dirname, 'rusage.py');

/**
 * Runs a contender several times, each in a new process. Time and CPU are the best of the runs, the peak of memory is
 * the highest. The operating system counts CPU and memory, for every language alike.
 */
export async function measure(contender, { temp, runs }) {
  const results = [];
  for (let run = 0; run < runs; run += 1) results.push(runOnce(contender, temp));
  return {
    seconds: Math.min(...results.map(({ seconds }) => seconds)),
    cpu: Math.min(...results.map(({ cpu }) => cpu)),
    peakMegabytes: Math.max(...results.map(({ peakMegabytes }) => peakMegabytes)),
    check: results[0].check,
  };
}

function runOnce({ label, command, env = {}, accepts = [0], read = lastJson }, temp) {
  const usagePath = join(temp, 'usage.json');
  const { status, stdout, stderr, error } = spawnSync('python3', [wrapper, usagePath, ...command], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 512 << 20,
  });
  if (error !== undefined)
    throw new Error('Benchmarks need python3, which measures the processes.');
  if (!accepts.includes(status)) throw new Error(`${label} failed (${status}):\n${stderr}`);
  const usage = JSON.parse(readFileSync(usagePath, 'utf8'));
  const said = read(stdout);
  return {
    seconds: said.seconds ?? usage.wall,
    cpu: usage.cpu,
    // Of a server the client tells.
    peakMegabytes: said.peakMegabytes ?? usage.peakKilobytes / 1024,
    check: said.check,
  };
}

function lastJson(stdout) {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? JSON.parse(line) : {};
}
