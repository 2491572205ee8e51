/** The version of this program; part of what makes a build reusable. */
export const TOOL_VERSION: string =
  typeof __WHEELWORKS_VERSION__ === 'string' ? __WHEELWORKS_VERSION__ : 'unreleased';
