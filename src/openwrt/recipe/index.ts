/** Recipes of OpenWrt's build system: written from definitions and sdists, and brought up to date. */
export { printMakefile } from './print-makefile.ts';
