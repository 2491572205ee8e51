/** The interpreter: how CPython is split into packages, and the packages of an installed one. */
export {
  installedName,
  splitDefinition,
  type LightPackage,
  type PythonSeries,
  type SplitDefinition,
  type SplitPackage,
} from './definition.ts';
export { printSplitDefinition } from './definition-file.ts';
export type { StartUpCase, StartUpMeasure } from './measure.ts';
export { packageOfModule } from './package-of-module.ts';
export {
  planInterpreter,
  writeInterpreterPackages,
  type InterpreterPlan,
  type InterpreterPlanOptions,
} from './plan.ts';
export { splitReport, type ReportedPackage, type SplitReport, type SplitSize } from './report.ts';
