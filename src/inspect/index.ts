export {
  inspectDistribution,
  type InspectedEntry,
  type InspectedNative,
  type Inspection,
  type InspectOptions,
} from './inspect.ts';
