/** Containers as places of builds: engine, image, one container, what goes in and out. */
export { ENGINES, type EngineName } from './engine.ts';
export {
  openContainerPlace,
  readyImage,
  type ContainerPlace,
  type ContainerPlaceOptions,
  type ReadyImage,
} from './place.ts';
