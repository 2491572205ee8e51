import { describe, expect, it } from 'vitest';
import { runsHere } from '../../src/build/index.ts';

describe('a job runs where its system and architecture are', () => {
  it.each([
    ['linux', 'x86_64', 'linux', 'x86_64', true],
    ['linux', 'i686', 'linux', 'x86_64', true],
    ['linux', 'aarch64', 'linux', 'x86_64', false],
    ['macos', 'arm64', 'darwin', 'arm64', true],
    ['macos', 'universal2', 'darwin', 'arm64', true],
    ['macos', 'arm64', 'linux', 'aarch64', false],
    ['windows', 'amd64', 'win32', 'x86_64', true],
  ] as const)('%s %s on %s %s: %s', (platform, arch, host, machine, isHere) => {
    expect(runsHere({ platform, arch }, { platform: host, machine })).toBe(isHere);
  });
});
