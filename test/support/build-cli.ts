import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** The command line as users get it, built from the sources under test. */
export interface BuiltCli {
  /** Absolute path of dist/wheelworks.js. */
  readonly entry: string;
  /** Why there is no current build; tests that need one fail with it, the others do not care. */
  readonly failure?: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    builtCli: BuiltCli;
  }
}

/** Builds dist/ once before the tests; vitest calls it through `globalSetup`. */
export function setup(project: TestProject): void {
  const { root } = project.config;
  const entry = join(root, 'dist', 'wheelworks.js');
  const build = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], {
    cwd: root,
    encoding: 'utf8',
  });
  const failure = build.status === 0 ? {} : { failure: build.stderr || String(build.error) };
  project.provide('builtCli', { entry, ...failure });
}
