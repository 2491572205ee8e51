/** What the suite uses, bundled as one module: the reader, and the builder of its fixtures. */
export { readElf } from '../../src/binary/elf/index.ts';
export { buildElf } from '../../test/support/elf-builder.ts';
