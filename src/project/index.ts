export { linesOf, parseSetupCfg } from './legacy/setup-cfg.ts';
export { literalDataFiles, type LiteralDataFiles } from './legacy/setup-py-data.ts';
export type { AbiClaim } from './native-abi.ts';
export { readProject, type BuildSystem, type Project } from './project.ts';
export { checkShape, readPyproject, type Pyproject } from './pyproject.ts';
export { OTHER_SETTINGS, type ProjectSettings } from './settings.ts';
export {
  OPTIONS,
  OPTION_PLATFORMS,
  optionDefinition,
  type OptionDefinition,
  type OptionPlatform,
} from './options/definitions.ts';
export {
  readOptionTables,
  type InheritRule,
  type OptionOverride,
  type OptionTables,
} from './options/tables.ts';
export { badOption, groupedPairs, joinTexts, optionText } from './options/values.ts';
