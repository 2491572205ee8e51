/** A file that holds a version and nothing else. */
import { WheelworksError } from '../../support/errors.ts';
import { type VersionFormat } from './format.ts';

export const textFormat: VersionFormat = {
  name: 'text',
  locate(text, key, path) {
    if (key !== undefined)
      throw new WheelworksError('version/no-version', `${path} is plain text and has no keys.`, {
        path,
        evidence: key,
        hint: 'Leave out what stands after the #. Keys are read in .json, .toml, .py and CMake files.',
      });
    const value = text.trim();
    if (value === '')
      throw new WheelworksError('version/no-version', `${path} is empty.`, {
        path,
        hint: 'Write the version into it, and nothing else.',
      });
    if (/[\r\n]/.test(value))
      throw new WheelworksError('version/no-version', `${path} has more than one line.`, {
        path,
        hint: 'A plain text file holds the version alone; its name tells other formats: .json, .toml, .py, CMakeLists.txt.',
      });
    const start = text.indexOf(value);
    return { key: null, value, start, end: start + value.length, encode: (version) => version };
  },
  create: (_key, version) => `${version}\n`,
};
