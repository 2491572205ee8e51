/** The options of a job that no plan has, from the settings of its project. */
import type { JobOptions } from '../plan/index.ts';
import type { ProjectSettings } from '../project/index.ts';

/** What `[tool.wheelworks]` says, and nothing else. */
export function defaultJobOptions(settings: ProjectSettings): JobOptions {
  return {
    beforeAll: '',
    beforeBuild: '',
    buildFrontend: { name: 'default', args: [] },
    configSettings: settings.configSettings,
    environment: Object.entries(settings.environment).map(([name, value]) => ({
      name,
      value: `'${value.replaceAll("'", String.raw`'\''`)}'`,
    })),
    environmentPass: [],
    buildVerbosity: 0,
    beforeTest: '',
    testCommand: settings.testCommand ?? '',
    testSources: [],
    testRequires: settings.testRequires,
    testExtras: settings.testExtras,
    testGroups: [],
    testEnvironment: [],
    skipTest: false,
    engine: { name: 'docker', createArgs: [], disableHostMount: false },
  };
}
