import { describe, expect, it } from 'vitest';
import { sdist, wheel } from '../../check/distributions.ts';
import { indexOf, judge, project } from './uploads.ts';

describe('an upload that is right', () => {
  it('is taken', async () => {
    expect(await judge()).toMatchObject({
      status: 200,
      message: '',
      isThere: false,
      violations: [],
    });
  });

  it('is taken as an sdist', async () => {
    expect(await judge({ file: sdist() })).toMatchObject({ status: 200, violations: [] });
  });

  it('tells what the form says', async () => {
    expect((await judge()).metadata).toMatchObject({ name: 'pkg', version: '1.0' });
  });

  it('is a success that changes nothing when it is there already', async () => {
    const state = indexOf([await project({ files: [wheel()] })]);
    expect(await judge({}, { state })).toMatchObject({
      status: 200,
      isThere: true,
      violations: [],
    });
  });
});
