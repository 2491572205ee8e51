import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** The machine and what runs on it, for the head of a section; `load` tells how far its times can be trusted. */
export function describeMachine() {
  const processors = cpus();
  const model = processors[0]?.model.replaceAll(/\s+/g, ' ').trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const python = spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout?.trim();
  return {
    load: `load average ${loadavg()[0].toFixed(1)} at the start`,
    cpu: `${processors.length} x ${model}, ${memory} GiB`,
    versions: [`${process.platform} ${process.arch}`, `Node ${process.versions.node}`, python]
      .filter(Boolean)
      .join(', '),
  };
}
