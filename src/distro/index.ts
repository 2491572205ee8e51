export type { SystemPackage } from './package.ts';
