/** What an installer would leave on the device, as a tree. */
export { wheelOfModules, type ModulesOptions, type ModulesWheel } from './bare-modules.ts';
export { installDirectory } from './directory.ts';
export { installWheel } from './install.ts';
export { sitePackages, type Installation, type InstallScheme } from './model.ts';
export { recordTree } from './record.ts';
export { withDeviceShebang } from './scripts.ts';
