/**
 * What each thread of a screen does; screen.ts starts it and says what is looked for.
 *
 * A member is clean when its content is sound, does not begin as something compressed, and has no version in it in any
 * spelling, as bytes or as UTF-16. Whatever is not clean for sure is looked at again by the one who asked.
 */
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { crc32, inflateRawSync } = require('node:zlib');

const versions = workerData.versions.map(({ needle, source, flags, isNeedleCommon }) => ({
  // Without `g` a pattern keeps no place between two texts.
  pattern: new RegExp(source, flags.replace('g', '')),
  plain: Buffer.from(needle, 'latin1'),
  wide: Buffer.from(needle, 'utf16le'),
  isNeedleCommon,
}));
const magics = workerData.magics.map((magic) => Buffer.from(magic, 'latin1'));

parentPort.on('message', ({ id, bytes, members }) => {
  const clean = members.map((member) => isClean(member, bytes));
  parentPort.postMessage({ id, clean }, []);
});

function isClean({ start, end, isDeflated, size, crc }, bytes) {
  const data = bytes.subarray(start, end);
  const content = isDeflated ? inflated(data, size) : data;
  if (content === undefined || content.length !== size || crc32(content) !== crc) return false;
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return !isCompressed(buffer) && !versions.some((version) => holds(buffer, version));
}

/** Undefined for what is no deflate data, is longer than was said, or has something behind its end. */
function inflated(data, size) {
  try {
    const { buffer, engine } = inflateRawSync(data, {
      info: true,
      maxOutputLength: Math.max(1, size),
      // One byte more than was said: all of it lands in one chunk.
      chunkSize: Math.max(64, size + 1),
    });
    return engine.bytesWritten === data.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}

function isCompressed(content) {
  return magics.some((magic) => content.subarray(0, magic.length).equals(magic));
}

function holds(content, { pattern, plain, wide, isNeedleCommon }) {
  if ((isNeedleCommon || content.includes(plain)) && pattern.test(content.toString('latin1')))
    return true;
  // Digits in UTF-16 have a zero in each: texts have none, and are done.
  return (
    content.includes(0) &&
    content.includes(wide) &&
    [0, 1].some((offset) => pattern.test(content.subarray(offset).toString('utf16le')))
  );
}
