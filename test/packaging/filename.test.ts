import { describe, expect, it } from 'vitest';
import {
  compareBuildTags,
  formatWheelFilename,
  makeSdistFilename,
  makeWheelFilename,
  parseSdistFilename,
  parseWheelFilename,
} from '../../src/packaging/filename.ts';
import { parseTagSet } from '../../src/packaging/tag.ts';
import { parseVersion } from '../../src/packaging/version.ts';

function withCode(code: string, says: string): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(says) });
}

describe('wheel file names', () => {
  it('keep what is written beside what it means', () => {
    const wheel = parseWheelFilename('My_Pkg-1.0.RC1-007local-py2.py3-none-any.whl');
    expect(wheel).toMatchObject({
      name: 'My_Pkg',
      normalizedName: 'my-pkg',
      versionText: '1.0.RC1',
      build: { number: 7n, suffix: 'local', text: '007local' },
      tags: { interpreters: ['py2', 'py3'] },
    });
    expect(wheel.version).toEqual(parseVersion('1.0rc1'));
  });

  it.each([
    ['foo-1.0-py3-none-any.zip', 'must end in .whl'],
    ['foo-1.0-py3-none-any.WHL', 'must end in .whl'],
    ['foo.whl', '1 part between'],
    ['foo-1.0-py3-none.whl', '4 parts'],
    ['foo-1.0-1-2-py3-none-any.whl', '7 parts'],
    ['foo__bar-1.0-py3-none-any.whl', '"foo__bar" is not a project name'],
    ['../foo-1.0-py3-none-any.whl', '"../foo" is not a project name'],
    ['foo-1.x-py3-none-any.whl', '"1.x" is not a version'],
    ['foo-bar-1.0-py3-none-any.whl', '"bar" is not a version'],
    ['foo-1.0-b1-py3-none-any!.whl', '"b1" is not a build tag'],
    ['foo-1.0-3py-none-any.whl', '"3py" cannot be its interpreter'],
    ['foo-1.0-py3-none-any..whl', 'its platform is empty'],
  ])('%s is refused, saying which part is wrong', (filename, says) => {
    expect(() => parseWheelFilename(filename)).toThrow(withCode('packaging/wheel-filename', says));
  });

  it.each([
    'numpy-2.3.2-cp313-cp313t-musllinux_1_2_x86_64-x86_64_v3.whl',
    'numpy-2.3.2-cp313-cp313t-musllinux_1_2_x86_64-null.whl',
    'numpy-2.3.2-1-cp313-cp313t-musllinux_1_2_x86_64-null.whl',
    'numpy-2.3.2-py2.py3-none-any-cu12.4.whl',
  ])('%s is a variant, and is refused as one', (filename) => {
    expect(() => parseWheelFilename(filename)).toThrow(
      withCode('packaging/wheel-variant', 'PEP 825'),
    );
  });

  it.each([
    ['foo-1.0-cp313-cp313-any-LABEL.whl', 'not a build tag'],
    ['foo-1.0-cp313-cp313-any-seventeen_letters.whl', 'not a build tag'],
    ['foo-1.0-build-py3-none-any.whl', 'not a build tag'],
  ])('%s is no variant, only wrong', (filename, says) => {
    expect(() => parseWheelFilename(filename)).toThrow(withCode('packaging/wheel-filename', says));
  });

  it('stand for a bounded number of tags', () => {
    const many = Array.from({ length: 40 }, (_, index) => `p${index}`).join('.');
    expect(() => parseWheelFilename(`foo-1.0-${many}-${many}-${many}.whl`)).toThrow(
      withCode('packaging/too-many-tags', '64000'),
    );
  });
});

describe('new wheel file names', () => {
  const tags = parseTagSet('py3-none-any');

  it('are normalised', () => {
    const version = parseVersion('1.0.RC1+Local-1');
    expect(makeWheelFilename({ name: 'My.Pkg', version, build: '1', tags })).toBe(
      'my_pkg-1.0rc1+local.1-1-py3-none-any.whl',
    );
  });

  it.each([
    ['', undefined],
    ['-pkg', undefined],
    ['pkg', 'beta'],
    ['pkg', '1-2'],
  ])('are refused for the name %j and the build tag %j', (name, build) => {
    const version = parseVersion('1.0');
    expect(() =>
      makeWheelFilename({ name, version, tags, ...(build === undefined ? {} : { build }) }),
    ).toThrow(expect.objectContaining({ code: 'packaging/wheel-filename' }));
  });
});

describe('build tags', () => {
  const build = (text: string) => parseWheelFilename(`a-1-${text}-py3-none-any.whl`).build;

  it('order by number, then by text, and none is the lowest', () => {
    const sorted = ['10', '9z', '9a', '9', '010a'].map(build).sort(compareBuildTags);
    expect(sorted.map((tag) => tag?.text)).toEqual(['9', '9a', '9z', '10', '010a']);
    expect(compareBuildTags(undefined, build('0'))).toBe(-1);
    expect(compareBuildTags(build('0'), undefined)).toBe(1);
    expect(compareBuildTags(undefined, undefined)).toBe(0);
    expect(compareBuildTags(build('1'), build('01'))).toBe(0);
  });

  it('are exact beyond what a double holds', () => {
    expect(compareBuildTags(build('9007199254740993'), build('9007199254740992'))).toBe(1);
  });
});

describe('sdist file names', () => {
  it.each([
    ['my_pkg-1.0.tar.gz', false],
    ['my_pkg-1.0.post1.tar.gz', false],
    ['my-pkg-1.0.tar.gz', true],
    ['My_Pkg-1.0.tar.gz', true],
    ['my_pkg-1.0.zip', true],
    ['my_pkg-1.0.tar.bz2', true],
    ['my_pkg-1.0-rc1.tar.gz', true],
    ['my_pkg-1.00.tar.gz', true],
  ])('%s; legacy: %s', (filename, legacy) => {
    expect(parseSdistFilename(filename)).toMatchObject({ normalizedName: 'my-pkg', legacy });
  });

  it('that can be read in two ways need the project', () => {
    expect(() => parseSdistFilename('py-1-2.tar.gz')).toThrow(
      withCode('packaging/sdist-filename-ambiguous', 'py-1 2 or py 1-2'),
    );
    expect(parseSdistFilename('py-1-2.tar.gz', { project: 'PY' })).toMatchObject({
      name: 'py',
      versionText: '1-2',
    });
    expect(parseSdistFilename('py-1-2.tar.gz', { project: 'Py.1' })).toMatchObject({
      name: 'py-1',
      versionText: '2',
    });
  });

  it.each([
    ['foo-1.0.tar.gz', 'bar', 'its project is "foo", not "bar"'],
    ['foo-1.0.rar', undefined, 'extension'],
    ['foo.tar.gz', undefined, 'no dash'],
    ['foo-bar.tar.gz', undefined, '"bar" is not a version'],
    ['a/foo-1.0.tar.gz', undefined, '"a/foo" is not a project name'],
    ['-1.0.tar.gz', undefined, '"" is not a project name'],
  ])('%s of %s is refused', (filename, project, says) => {
    const options = project === undefined ? {} : { project };
    expect(() => parseSdistFilename(filename, options)).toThrow(
      withCode('packaging/sdist-filename', says),
    );
  });

  it('that are new are those of PEP 625', () => {
    expect(makeSdistFilename('My--Pkg', parseVersion('v1.0-1'))).toBe('my_pkg-1.0.post1.tar.gz');
  });
});

describe('as-written names', () => {
  it.each(['My_Pkg-1.0.RC1-007local-PY2.py3-none-any.whl', 'foo-v1.0-py3-none-any.whl'])(
    '%s is written as it was read',
    (filename) => {
      expect(formatWheelFilename(parseWheelFilename(filename))).toBe(filename);
    },
  );
});
