import { describe, expect, it } from 'vitest';
import { parseTag, type Tag } from '../../../src/packaging/index.ts';
import type { Interpreter } from '../../../src/python/index.ts';
import { choosePip, installArguments, pipCommand } from '../../../src/build/testing/pip.ts';
import { interpreter } from '../../python/fakes.ts';

function python(version: string, pip: string | null): Interpreter {
  const packages = { pip, setuptools: null, wheel: null, build: null, uv: null };
  return interpreter(version, { packages });
}

function tags(...texts: readonly string[]): readonly Tag[] {
  return texts.flatMap((text) => parseTag(text));
}

const NEW = tags('cp36-cp36m-manylinux_2_34_x86_64');
const PURE = tags('py3-none-any');

function choose(
  host: Interpreter,
  helpers: readonly Interpreter[],
  wheel = PURE,
  needsOwn = false,
) {
  const choice = choosePip({ interpreter: host, tags: wheel, helpers, needsOwn });
  return { method: choice.method, python: choice.interpreter.label, notice: choice.notice };
}

describe('the pip that installs', () => {
  it("is the interpreter's own from outside the environment, where it can", () => {
    const host = python('3.12.1', '24.0');
    expect(choose(host, [host])).toEqual({
      method: 'outside',
      python: 'CPython 3.12.1',
      notice: undefined,
    });
  });

  it("is another Python's where that pip supports this Python", () => {
    const old = python('3.7.1', '22.0.4');
    expect(choose(old, [old, python('3.8.1', '23.0.1')])).toMatchObject({
      method: 'outside',
      python: 'CPython 3.8.1',
    });
    expect(choose(old, [old, python('3.13.1', '24.2')])).toMatchObject({ method: 'own' });
    expect(choose(python('3.6.1', '18.1'), [python('3.8.1', '23.0.1')])).toMatchObject({
      method: 'own',
    });
    const bare = python('3.9.1', null);
    expect(choose(bare, [python('3.13.1', '25.3')])).toMatchObject({ method: 'outside' });
    expect(choose(bare, [python('3.13.1', '26.2')])).toMatchObject({ method: 'own' });
  });

  it('of a version that nobody knows yet serves its own Python alone', () => {
    const helper = python('3.15.1', '30.0');
    expect(choose(python('3.12.1', null), [helper])).toMatchObject({ method: 'own' });
    expect(choose(helper, [helper])).toMatchObject({ method: 'outside' });
  });

  it('is in the environment when the test calls it', () => {
    const host = python('3.12.1', '24.0');
    expect(choose(host, [host], PURE, true).method).toBe('own');
  });

  it('must know a tag of the wheel; old names count', () => {
    const old = python('3.6.1', '18.1');
    const helper = python('3.13.1', '24.2');
    const forced = choose(old, [old, helper], NEW);
    expect(forced).toMatchObject({ method: 'target', python: 'CPython 3.13.1' });
    expect(forced.notice).toContain('pip 18.1');
    expect(forced.notice).toContain('users need pip 20.3');
    const both = tags('cp36-cp36m-manylinux_2_5_x86_64', 'cp36-cp36m-manylinux1_x86_64');
    expect(choose(old, [old, helper], both)).toEqual({
      method: 'own',
      python: 'CPython 3.6.1',
      notice: undefined,
    });
    const later = tags('cp36-cp36m-manylinux_2_17_x86_64', 'cp36-cp36m-manylinux2014_x86_64');
    expect(choose(old, [old, helper], later).method).toBe('target');
    expect(choose(old, [old], NEW).method).toBe('own');
    expect(choose(old, [old, helper], tags('cp36-cp36m-musllinux_1_1_x86_64')).method).toBe(
      'target',
    );
  });
});

it('each method has its command line', () => {
  const host = python('3.6.1', '18.1');
  const helper = python('3.13.1', '24.2');
  const [tag] = NEW as [Tag];
  const choice = (method: 'own' | 'outside' | 'target') => ({ method, interpreter: helper, tag });
  expect(pipCommand(choice('own'), '/e/bin/python')).toEqual(['/e/bin/python', '-m', 'pip']);
  expect(pipCommand(choice('outside'), '/e/bin/python')).toEqual([
    helper.path,
    '-m',
    'pip',
    '--python',
    '/e/bin/python',
  ]);
  expect(pipCommand(choice('target'), '/e/bin/python')).toEqual([helper.path, '-m', 'pip']);
  expect(installArguments(choice('own'), host, '/e')).toEqual([]);
  expect(installArguments(choice('target'), host, '/e').join(' ')).toBe(
    '--target /e/lib/python3.6/site-packages --python-version 3.6 --implementation cp --abi cp36m --platform manylinux_2_34_x86_64',
  );
});
