/** The interpreter: how CPython is split into packages. */
export {
  installedName,
  splitDefinition,
  type LightPackage,
  type PythonSeries,
  type SplitDefinition,
  type SplitPackage,
} from './definition.ts';
export { packageOfModule } from './package-of-module.ts';
