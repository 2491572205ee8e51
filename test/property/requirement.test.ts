import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateMarker } from '../../src/packaging/marker-evaluate.ts';
import { formatMarker, parseMarker } from '../../src/packaging/marker.ts';
import { isValidName, nameForFile, normalizeName } from '../../src/packaging/name.ts';
import { formatRequirement, parseRequirement } from '../../src/packaging/requirement.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { markers, requirements } from '../support/packaging-arbitraries.ts';

const environments = fc.record({
  os_name: fc.constantFrom('posix', 'nt', ''),
  sys_platform: fc.constantFrom('linux', 'win32'),
  platform_version: fc.string({ maxLength: 3 }),
});

const nearlyNames = fc.string({ unit: fc.constantFrom(...Array.from('aZ0-_.')) });

const nearlyRequirements = fc.string({
  unit: fc.constantFrom(...Array.from(' []()<>=!~,;@.*-_+1a"\'o'), 'os_name', ' and ', '=='),
});

/** The normal form of a requirement, or the code of its refusal. */
function read(text: string): string {
  try {
    return formatRequirement(parseRequirement(text));
  } catch (error) {
    return error instanceof WheelworksError ? error.code : String(error);
  }
}

describe('laws of names', () => {
  it('normalising twice changes nothing, and the file form is the same name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const normal = normalizeName(name);
        expect(normalizeName(normal)).toBe(normal);
        expect(normalizeName(nameForFile(name))).toBe(normal);
      }),
    );
  });

  it('a name is valid exactly when its normal form is', () => {
    fc.assert(
      fc.property(nearlyNames, (name) => {
        expect(isValidName(normalizeName(name))).toBe(isValidName(name));
      }),
    );
  });
});

describe('laws of markers', () => {
  it('the normal form reads back as the same normal form', () => {
    fc.assert(
      fc.property(markers, (marker) => {
        const normal = formatMarker(marker);
        expect(formatMarker(parseMarker(normal))).toBe(normal);
      }),
    );
  });

  it('the normal form has the same answer everywhere', () => {
    fc.assert(
      fc.property(markers, environments, (marker, environment) => {
        const again = parseMarker(formatMarker(marker));
        expect(evaluateMarker(again, environment)).toBe(evaluateMarker(marker, environment));
      }),
    );
  });
});

describe('laws of requirements', () => {
  it('the normal form reads back as the same requirement', () => {
    fc.assert(
      fc.property(requirements, (requirement) => {
        const normal = formatRequirement(requirement);
        const again = parseRequirement(normal);
        expect(formatRequirement(again)).toBe(normal);
        expect(again.name).toBe(requirement.name);
        expect(again.url).toBe(requirement.url);
        expect(again.extras).toEqual([...new Set(requirement.extras)].sort());
      }),
    );
  });

  it('any text is read or refused with a code', () => {
    fc.assert(
      fc.property(nearlyRequirements, (text) => {
        expect(read(`foo${text}`)).toMatch(/^(?:foo|packaging\/invalid-requirement$)/);
      }),
      { numRuns: 1000 },
    );
  });
});
