export type { InspectedPackage } from './package.ts';
export {
  inspectDistribution,
  type InspectedEntry,
  type InspectedNative,
  type Inspection,
  type InspectOptions,
} from './inspect.ts';
