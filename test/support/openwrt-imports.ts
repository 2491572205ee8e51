/** Imports every module of a package by the interpreter of a root, each in a process of its own. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRoot } from './openwrt-root.ts';

/** Uses what the base package has; the modules come by a file, as there may be many. */
const PROGRAM = `
import os
report = open("/tmp/failures", "w")
for name in open("/tmp/modules").read().split():
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open("/tmp/modules.out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
        try:
            __import__(name)
        except BaseException as error:
            os.write(write, (name + ": " + type(error).__name__ + ": " + str(error).split("\\n")[0]).encode())
        os._exit(0)
    os.close(write)
    answer = os.read(read, 4096).decode()
    os.close(read)
    status = os.waitpid(child, 0)[1]
    if status: answer = name + ": ended with " + str(status)
    if answer: print(answer, file=report)
`;

/**
 * Imports each module by the packages that it is in and that this depends on, and nothing else.
 * @param makeRoot an empty root, by the name of the package that comes into it
 * @returns what failed, as `module of package: ...`, and how many were imported
 */
export function importByPackage(
  feed: string,
  packages: readonly string[],
  { minor, makeRoot }: { readonly minor: string; readonly makeRoot: (name: string) => TestRoot },
): { readonly failures: readonly string[]; readonly count: number } {
  const roots = packages.map((name) => {
    const root = makeRoot(name);
    root.install(feed, [name]);
    return { name, root, modules: modulesIn(root, minor) };
  });
  // What a package has itself is in no root that holds less.
  roots.sort((one, other) => one.modules.length - other.modules.length);
  const seen = new Set<string>();
  const failures = roots.flatMap(({ name, root, modules }) => {
    const own = modules.filter((module) => !seen.has(module));
    for (const module of own) seen.add(module);
    return importFailures(root, own).map((each) => `${name}: ${each}`);
  });
  return { failures, count: seen.size };
}

function importFailures(root: TestRoot, modules: readonly string[]): string[] {
  writeFileSync(join(root.path, 'tmp/modules'), modules.join('\n'));
  writeFileSync(join(root.path, 'tmp/import_all.py'), PROGRAM);
  const { code, out } = root.run('/usr/bin/python3', '-W', 'ignore', '/tmp/import_all.py');
  if (code !== 0) throw new Error(`the modules were not imported: ${out}`);
  // Some modules write something when they are imported.
  return readFileSync(join(root.path, 'tmp/failures'), 'utf8').split('\n').slice(0, -1);
}

/** The modules whose files are in a root, without those that are programs. */
function modulesIn(root: TestRoot, minor: string): string[] {
  const library = join(root.path, `usr/lib/python${minor}`);
  return readdirSync(library, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('site-packages/'))
    .flatMap((path) => {
      const native = /^lib-dynload\/(\w+)\..*so$/.exec(path)?.[1];
      const name = /^([\w/]+)\.pyc$/.exec(path)?.[1];
      return native ?? name?.replace(/\/__init__$/, '').replaceAll('/', '.') ?? [];
    })
    .filter((name) => !/(?:^|\.)__main__$/.test(name))
    .sort();
}
