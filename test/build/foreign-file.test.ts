import { describe, expect, it } from 'vitest';
import { refuseForeignFile } from '../../src/build/foreign-file.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import type { Project } from '../../src/project/index.ts';

function refused(file: string, declared: Project['declared'], backend = 'flit_core'): string {
  const filename = `${file}-py3-none-any.whl`;
  const project = {
    directory: '/project',
    buildSystem: { requires: [], backend, backendPath: [] },
    ...(declared === undefined ? {} : { declared }),
  } as unknown as Project;
  try {
    refuseForeignFile(parseWheelFilename(filename), filename, project);
    return '';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('a file of the project', () => {
  it.each([
    ['any name where none is stated', 'other-2.0', undefined],
    ['another spelling', 'My_Pkg-1.0', { name: 'my.pkg', version: '1' }],
    ['any version where it is dynamic', 'pkg-2.0', { name: 'pkg' }],
    ['a local label', 'pkg-1.0+cu12', { name: 'pkg', version: '1.0' }],
  ])('has %s', (_what, file, declared) => {
    expect(refused(file, declared)).toBe('');
  });

  it('has what setuptools adds to a version', () => {
    expect(refused('pkg-1.0.dev3', { name: 'pkg', version: '1.0' }, 'setuptools.build_meta')).toBe(
      '',
    );
  });

  it.each([
    ['build/other-project', 'other-1.0', 'flit_core'],
    ['build/other-version', 'pkg-2.0', 'setuptools.build_meta'],
    ['build/other-version', 'pkg-1.0.dev3', 'flit_core'],
  ])('is refused with %s: %s', (code, file, backend) => {
    expect(refused(file, { name: 'pkg', version: '1.0' }, backend)).toBe(code);
  });
});
