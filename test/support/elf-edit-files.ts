/** Shared libraries to edit: those of this machine, and such as linkers make with their options. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/lib'];

/** Real files up to a size, sorted; empty where there are none. */
export function systemLibraries(largest = 1 << 20): readonly string[] {
  const found = new Set<string>();
  for (const folder of FOLDERS) {
    let names: string[] = [];
    try {
      names = readdirSync(folder);
    } catch {
      continue;
    }
    for (const name of names) {
      if (!/\.so(?:\.\d+)*$/.test(name)) continue;
      try {
        const path = realpathSync(join(folder, name));
        const stat = statSync(path);
        const isElf = readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
        if (stat.isFile() && stat.size <= largest && isElf) found.add(path);
      } catch {
        continue;
      }
    }
  }
  return [...found].sort();
}

/** Whether there is a compiler. */
export function hasCompiler(): boolean {
  return spawnSync('gcc', ['--version']).status === 0;
}

/** Options of linkers that lay files out differently, each with the name it goes by in a test. */
export const LINKER_OPTIONS: readonly (readonly [name: string, options: readonly string[]])[] = [
  ['as the compiler likes', []],
  ['without separate code', ['-Wl,-z,noseparate-code']],
  ['with separate code', ['-Wl,-z,separate-code']],
  ['relro and now', ['-Wl,-z,relro,-z,now']],
  ['without relro', ['-Wl,-z,norelro']],
  ['relative relocations packed', ['-Wl,-z,pack-relative-relocs']],
  ['sysv hash', ['-Wl,--hash-style=sysv']],
  ['both hashes', ['-Wl,--hash-style=both']],
  ['pages of 64 KiB', ['-Wl,-z,max-page-size=65536']],
  ['pages of 2 MiB', ['-Wl,-z,max-page-size=2097152']],
  ['no build id', ['-Wl,--build-id=none', '-Wl,-z,nognustack']],
  ['no spare entries', ['-Wl,--spare-dynamic-tags=1']],
  ['an executable stack', ['-Wl,-z,execstack']],
  ['RUNPATH', ['-Wl,-rpath,/build/machine/lib:/opt/other/lib', '-Wl,--enable-new-dtags']],
  ['RPATH', ['-Wl,-rpath,/build/machine/lib', '-Wl,--disable-new-dtags']],
  ['debug information', ['-g']],
  ['gold', ['-fuse-ld=gold']],
  ['lld', ['-fuse-ld=lld']],
  ['without section headers', []],
];

const SOURCE = `
#include <stdio.h>
#include <math.h>
__thread int per_thread = 3;
static int counter;
int *const pointer = &counter;
int *const *const second = &pointer;
static int chosen(int x) { return x + 2; }
static void *choose(void) { return (void *)chosen; }
int picked(int) __attribute__((ifunc("choose")));
__attribute__((constructor)) static void start(void) { counter += 40; }
int answer(double x) { per_thread++; return **second + picked(0) + (int)cos(x) - 1; }
int say(const char *text) { return printf("%s\\n", text); }
`;

/** Builds `libsample.so` with some options; undefined when the linker does not take them. */
export function buildSample(name: string, options: readonly string[]): Uint8Array | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'wheelworks-sample-'));
  try {
    const source = join(folder, 'sample.c');
    const output = join(folder, 'libsample.so');
    writeFileSync(source, SOURCE);
    const made = spawnSync('gcc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-Wl,-soname,libsample.so.1',
      ...options,
      source,
      '-o',
      output,
      '-lm',
    ]);
    if (made.status !== 0) return undefined;
    const bytes = new Uint8Array(readFileSync(output));
    return name === 'without section headers' ? withoutSections(bytes) : bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As \`sstrip\` leaves a file: 64-bit and little-endian. */
function withoutSections(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setBigUint64(40, 0n, true);
  view.setUint16(58, 0, true);
  view.setUint16(60, 0, true);
  view.setUint16(62, 0, true);
  return bytes;
}

/** What a tool says on standard error and in warnings, the file's own name left out. */
export function complaints(command: string, options: readonly string[], path: string): string {
  const { stdout, stderr } = spawnSync(command, [...options, path], {
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const text = `${stderr}\n${stdout
    .split('\n')
    .filter((line) => /[Ww]arning|[Ee]rror:/.test(line))
    .join('\n')}`;
  return text
    .replaceAll(path, 'FILE')
    .replace(/.*(?:debuglink|separate debug).*\n?/g, '')
    .trim();
}

/** Whether a program is there. */
export function hasTool(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
