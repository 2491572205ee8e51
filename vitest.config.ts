import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import HeavyFirst from './test/support/heavy-first.ts';

/**
 * Folders of tests that leave nothing behind in their process. Their files follow one another in one process,
 * which spares each of them a second for a new process that reads the same modules again.
 */
const SHARING = [
  'packaging',
  'platform',
  'versioning',
  'wheel',
  'plan',
  'baseline',
  'check',
  'openwrt',
  'binary',
  'archive',
  'audit',
  'index',
  'project',
  'inspect',
  'retag',
  'pack',
  'repair',
  'promote',
  'pages',
  'split',
  'property',
  'vectors',
].map((folder) => `test/${folder}/**/*.test.ts`);

const common = {
  testTimeout: 30_000,
  hookTimeout: 120_000,
  // More files than cores would be done sooner, and each test later: on a slow machine too late for its time limit.
  maxWorkers: availableParallelism(),
};

export default defineConfig({
  test: {
    ...common,
    globalSetup: [
      './test/support/build-cli.ts',
      './test/support/plain-python.ts',
      './test/support/run-folder.ts',
    ],
    reporters: ['default', './test/support/closing-line.ts'],
    sequence: { sequencer: HeavyFirst },
    projects: [
      { test: { ...common, name: 'sharing', include: SHARING, isolate: false } },
      { test: { ...common, name: 'apart', include: ['test/**/*.test.ts'], exclude: SHARING } },
    ],
  },
});
