/** Which jobs of a plan are for a machine's own system and architecture. */
import type { PlannedJob } from '../plan/index.ts';

/** Architectures that identifiers spell otherwise than the system does, and older ones that it runs as well. */
const MACHINE_NAMES: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['amd64', 'i686', 'win32'],
  arm64: ['aarch64'],
  aarch64: ['arm64'],
  AMD64: ['amd64', 'win32'],
};

const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
};

/** Whether what a job makes can run there, whatever Pythons are installed. @param host its machine as `uname -m` says */
export function runsHere(
  { platform, arch }: Pick<PlannedJob, 'platform' | 'arch'>,
  host: { readonly platform: NodeJS.Platform; readonly machine: string },
): boolean {
  const machines = [host.machine, ...(MACHINE_NAMES[host.machine] ?? [])];
  return platform === SYSTEMS[host.platform] && (arch === 'universal2' || machines.includes(arch));
}
