export { readProject, type BuildSystem, type Project } from './project.ts';
export { readPyproject, type Pyproject } from './pyproject.ts';
export type { ProjectSettings } from './settings.ts';
