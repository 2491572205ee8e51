/** File names of distributions: both kinds in one place. */
export {
  compareBuildTags,
  formatWheelFilename,
  makeWheelFilename,
  parseWheelFilename,
  type BuildTag,
  type WheelFilename,
  type WheelFilenameParts,
} from './filename-wheel.ts';
export {
  makeSdistFilename,
  parseSdistFilename,
  type SdistFilename,
  type SdistFilenameOptions,
} from './filename-sdist.ts';
