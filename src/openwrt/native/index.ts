/** Whether native code of a wheel runs on a device, and which packages it needs there. */
export { buildPathFindings, dropBuildPaths, foldersOf, type DroppedPaths } from './build-paths.ts';
export { checkNative, type NativeCheck, type NativeOptions } from './check.ts';
export { elfFilesOf, readSoundElf } from './elf-files.ts';
export { machineMisfit } from './machine.ts';
export { packageOfLibrary, withAbi, type FeedPackage, type LibraryPackage } from './libraries.ts';
export { fittingTag, type NativeTarget } from './wheel-fits.ts';
