/** Libraries of some size that the compiler makes, for what depends on real sections. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a library is made of. */
export interface LibraryRequest {
  readonly folder: string;
  /** Base name of the file. */
  readonly name: string;
  readonly functions?: number;
  /** Of the compiler and the linker. */
  readonly options?: readonly string[];
  /** More C, such as the init function of a module. */
  readonly source?: string;
}

/** Compiles a library with that many functions, each with some locals and a table entry; its path. */
export function compileLibrary(request: LibraryRequest): string {
  const { folder, name, functions = 200, options = [], source = '' } = request;
  const numbers = Array.from({ length: functions }, (_, index) => index);
  const bodies = numbers.map(
    (index) => `int exported_function_${index}(int value) {
  int first = value * ${index + 3}, second = first ^ ${index * 7 + 1};
  for (int step = 0; step < ${(index % 9) + 2}; step++) second += first >> (step & 3);
  return second - ${index};
}`,
  );
  const table = numbers.map((index) => `exported_function_${index}`).join(',\n');
  const path = join(folder, name);
  const input = `${path}.c`;
  writeFileSync(
    input,
    `${bodies.join('\n')}\nint (*const table_of_all[])(int) = {${table}};\n${source}\n`,
  );
  const made = spawnSync('cc', ['-shared', '-fPIC', '-O1', ...options, input, '-o', path], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`cc: ${made.stderr}`);
  return path;
}

/** The bytes of what {@link compileLibrary} makes. */
export function compiledLibrary(request: LibraryRequest): Uint8Array {
  return new Uint8Array(readFileSync(compileLibrary(request)));
}
