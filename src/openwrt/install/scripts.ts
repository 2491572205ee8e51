/** Programs: those that a wheel carries, and those that its entry points ask for. */
import type { EntryPoint } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';

/** Where Python is on every device. */
const PYTHON = '/usr/bin/python3';

/** A first line that starts a Python, directly or through env(1); with what it is started with. */
const SHEBANG = /^#!\s*(?:\S*\/env\s+)?(?:\S*\/)?pythonw?[\d.]*((?:[ \t][^\r\n]*)?)(\r?\n|$)/;

/**
 * A program with the device's Python in its first line, whatever Python was there: `#!python` of the specification as
 * well as `#!/usr/bin/env python3.12`. What it is started with stays. Anything else is given back as it is.
 */
export function withDeviceShebang(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.subarray(0, LONGEST_LINE)).toString('latin1');
  const match = SHEBANG.exec(head);
  if (match === null) return bytes;
  const [whole, args = ''] = match;
  const rest = bytes.subarray(whole.length);
  return Buffer.concat([Buffer.from(`#!${PYTHON}${args.trimEnd()}\n`, 'latin1'), rest]);
}

const LONGEST_LINE = 4096;

/**
 * The program of an entry point: as installers write it, without the modules that only Windows needs there.
 * @throws WheelworksError `openwrt/bad-entry-point` for one without a function, or with a name that is no file name.
 */
export function entryPointScript({ name, module, attribute }: EntryPoint): Uint8Array {
  const isFileName = /^[^/\\\0]+$/.test(name) && name !== '.' && name !== '..';
  if (attribute === undefined || !isFileName)
    throw new WheelworksError(
      'openwrt/bad-entry-point',
      `The entry point ${JSON.stringify(name)} makes no program.`,
      {
        evidence: `${name} = ${module}${attribute === undefined ? '' : `:${attribute}`}`,
        hint: 'A console script is NAME = MODULE:FUNCTION, and its name that of a file.',
      },
    );
  const [imported = ''] = attribute.split('.');
  return Buffer.from(
    `#!${PYTHON}\nimport sys\nfrom ${module} import ${imported}\nif __name__ == '__main__':\n    sys.exit(${attribute}())\n`,
  );
}
