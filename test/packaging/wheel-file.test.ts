import { describe, expect, it } from 'vitest';
import { printMetadata } from '../../src/packaging/metadata.ts';
import { parseTag } from '../../src/packaging/tag.ts';
import {
  parseWheelFile,
  withWheelBuild,
  withWheelRoot,
  withWheelTags,
  type WheelFile,
} from '../../src/packaging/wheel-file.ts';

const FILE =
  'Wheel-Version: 1.0\nGenerator: setuptools (80.9.0)\nRoot-Is-Purelib: false\n' +
  'Tag: cp312-cp312-linux_x86_64\nX-Own: kept\n\n';

function read(text: string): WheelFile {
  return parseWheelFile(Buffer.from(text));
}

function print(wheel: WheelFile): string {
  return Buffer.from(printMetadata(wheel.document)).toString();
}

describe('reading WHEEL', () => {
  it('gives what it says', () => {
    expect(read(FILE)).toMatchObject({
      wheelVersion: { major: 1, minor: 0 },
      generator: 'setuptools (80.9.0)',
      rootIsPurelib: false,
      tags: ['cp312-cp312-linux_x86_64'],
      build: undefined,
    });
    expect(read(`${FILE.trimEnd()}\nBuild: 1local\n`).build).toBe('1local');
  });

  it('takes newer minor versions', () => {
    expect(read(FILE.replace('1.0', '1.9')).wheelVersion).toEqual({ major: 1, minor: 9 });
  });

  it.each(['2.0', '10.0', '999999999.0'])('refuses format %s', (version) => {
    expect(() => read(FILE.replace('1.0', version))).toThrow(
      expect.objectContaining({ code: 'packaging/wheel-version' }),
    );
  });

  it.each([
    ['', 'Wheel-Version is missing'],
    [FILE.replace('1.0', '1'), 'not two numbers'],
    [FILE.replace('1.0', 'one.zero'), 'not two numbers'],
    [FILE.replace('Root-Is-Purelib: false\n', ''), 'Root-Is-Purelib is missing'],
    [FILE.replace('false', 'yes'), 'neither true nor false'],
    [`Wheel-Version: 1.0\n${FILE}`, 'Wheel-Version is given 2 times'],
  ])('%j is refused', (text, says) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'packaging/wheel-file',
        message: expect.stringContaining(says),
      }),
    );
  });
});

describe('changing WHEEL', () => {
  it('puts tags where they stood, and keeps every other line', () => {
    const tags = parseTag('cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64');
    const changed = withWheelTags(read(FILE), tags);
    expect(print(changed)).toBe(
      FILE.replace(
        'Tag: cp312-cp312-linux_x86_64',
        'Tag: cp312-cp312-manylinux_2_17_x86_64\nTag: cp312-cp312-manylinux2014_x86_64',
      ),
    );
    expect(parseWheelFile(printMetadata(changed.document))).toEqual(changed);
  });

  it('adds, changes and removes the build tag', () => {
    const built = withWheelBuild(read(FILE), '7');
    expect(print(built)).toBe(FILE.replace('X-Own: kept\n', 'X-Own: kept\nBuild: 7\n'));
    expect(print(withWheelBuild(built, '8'))).toBe(print(built).replace('7\n', '8\n'));
    expect(print(withWheelBuild(built, undefined))).toBe(FILE);
  });

  it('sends the root to platlib, and keeps every other line', () => {
    const pure = FILE.replace('Root-Is-Purelib: false', 'root-is-purelib: true');
    const changed = withWheelRoot(read(pure), false);
    expect(print(changed)).toBe(pure.replace('root-is-purelib: true', 'root-is-purelib: false'));
    expect(parseWheelFile(printMetadata(changed.document))).toEqual(changed);
  });

  it('keeps the line endings of the file', () => {
    const changed = withWheelBuild(read(FILE.replaceAll('\n', '\r\n')), '7');
    expect(print(changed)).toContain('X-Own: kept\r\nBuild: 7\r\n\r\n');
  });
});
