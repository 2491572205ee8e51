export { planUnpack, unpackDistribution, type Unpacked, type UnpackOptions } from './unpack.ts';
