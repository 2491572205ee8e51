import { describe, expect, it } from 'vitest';
import type { MarkerEnvironment } from '../../src/packaging/marker-environment.ts';
import { evaluateMarker } from '../../src/packaging/marker-evaluate.ts';
import { parseMarker } from '../../src/packaging/marker.ts';

const LINUX: MarkerEnvironment = {
  os_name: 'posix',
  sys_platform: 'linux',
  platform_release: '6.8.0-45-generic',
  python_version: '3.10',
  python_full_version: '3.10.0+',
};

function holds(
  text: string,
  environment: MarkerEnvironment = LINUX,
  options: Parameters<typeof evaluateMarker>[2] = {},
): boolean {
  return evaluateMarker(parseMarker(text), environment, options);
}

function undefinedVariable(name: string): unknown {
  return expect.objectContaining({
    code: 'packaging/undefined-marker-variable',
    message: expect.stringContaining(`"${name}"`) as string,
  });
}

describe('evaluating markers', () => {
  it('compares Python versions as versions and not as texts', () => {
    expect(holds('python_version >= "3.9"')).toBe(true);
    expect(holds('"3.9" < python_version')).toBe(true);
    expect(holds('python_version == "3.*"')).toBe(true);
    // The one operator that does compare texts.
    expect(holds('python_version in "3.9, 3.100"')).toBe(true);
  });

  it('reads the Python of a checkout as a local version', () => {
    expect(holds('python_full_version >= "3.10.0"')).toBe(true);
    expect(holds('python_full_version == "3.10.0"')).toBe(true);
  });

  it('takes a kernel release that is no version as smaller and greater than none', () => {
    const operators = ['<', '<=', '==', '!=', '>=', '>'];
    expect(operators.filter((operator) => holds(`platform_release ${operator} "5"`))).toEqual([]);
    expect(holds('platform_release == "6.8.0-45-generic"')).toBe(true);
  });

  it('gives texts no order', () => {
    expect(holds('os_name < "zzz"')).toBe(false);
    expect(holds('os_name > "aaa"')).toBe(false);
    expect(holds('os_name >= "posix"')).toBe(true);
  });

  it('knows extra in metadata, extras and groups in lock files, none elsewhere', () => {
    expect(holds('extra == ""')).toBe(true);
    expect(() => holds('"a" in extras')).toThrow(undefinedVariable('extras'));
    expect(holds('"a" in extras', LINUX, { context: 'lock_file' })).toBe(false);
    expect(holds('"a" in dependency_groups', LINUX, { context: 'lock_file' })).toBe(false);
    expect(() => holds('extra == ""', LINUX, { context: 'lock_file' })).toThrow(
      undefinedVariable('extra'),
    );
    expect(() => holds('extra == ""', LINUX, { context: 'requirement' })).toThrow(
      undefinedVariable('extra'),
    );
  });

  it('compares names of extras and groups normalised', () => {
    expect(holds('extra == "Test.Me"', { extra: 'test_ME' })).toBe(true);
    expect(holds('"Test.Me" in extras', { extras: ['test_ME'] })).toBe(true);
    expect(holds('"docs" not in dependency_groups', { dependency_groups: ['Docs'] })).toBe(false);
  });

  it('fails on an undefined variable wherever it stands', () => {
    expect(() => holds('os_name == "posix" or platform_machine == "x"')).toThrow(
      undefinedVariable('platform_machine'),
    );
    expect(() => holds('os_name == "nt" and platform_machine == "x"')).toThrow(
      undefinedVariable('platform_machine'),
    );
  });

  it('does not find variables on the prototype of objects', () => {
    expect(() => holds('"x" == "constructor"')).toThrow(undefinedVariable('constructor'));
    expect(() => holds('"x" in "__proto__"')).toThrow(undefinedVariable('__proto__'));
  });

  it.each(['os_name ~= "posix"', 'os_name === "posix"', 'python_version ~= "3"'])(
    'says that %j means nothing',
    (text) => {
      expect(() => holds(text)).toThrow(
        expect.objectContaining({ code: 'packaging/undefined-marker-comparison' }),
      );
    },
  );

  it('allows nothing but membership with a set', () => {
    const environment = { extras: ['a'] };
    expect(holds('"a" == extras', environment)).toBe(false);
    expect(holds('"a" != extras', environment)).toBe(true);
    expect(() => holds('extras == "a"', environment)).toThrow(
      expect.objectContaining({
        code: 'packaging/undefined-marker-comparison',
        hint: 'Only "name" in extras and "name" not in extras are allowed.',
      }),
    );
  });
});
