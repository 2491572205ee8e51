/** Containers as places of builds: engine, image, one container, what goes in and out. */
export { ENGINES, type EngineName } from './engine.ts';
export { openContainerPlace, type ContainerPlace, type ContainerPlaceOptions } from './place.ts';
