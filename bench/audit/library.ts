/** What the suite uses to look into wheels, bundled as one module. */
export { listNatives, withWheel } from '../../src/wheel/index.ts';
export { localWheels, wheelsBelow } from '../../test/support/local-wheels.ts';
