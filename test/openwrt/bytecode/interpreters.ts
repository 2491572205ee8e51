/** Interpreters of this machine, for tests: the one on PATH, and those of pyenv. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface TestPython {
  readonly path: string;
  /** `3.11`. */
  readonly minor: string;
  readonly magic: number;
}

const ASK = `
import sys
try:
    from importlib.util import MAGIC_NUMBER as magic
except ImportError:
    import imp
    magic = imp.get_magic()
magic = bytearray(magic)
print("%s %d.%d %d" % ((sys.executable,) + tuple(sys.version_info[:2]) + (magic[0] + 256 * magic[1],)))
`;

function ask(command: string): TestPython {
  const answer = execFileSync(command, ['-c', ASK], { encoding: 'utf8' }).trim();
  const [path = '', minor = '', magic = ''] = answer.split(' ');
  return { path, minor, magic: Number(magic) };
}

const versions = join(homedir(), '.pyenv', 'versions');

/** Of each minor version one. */
export const pythons: readonly TestPython[] = existsSync(versions)
  ? readdirSync(versions).map((name) => ask(join(versions, name, 'bin', 'python')))
  : [ask('python3')];

/** A Python 3 with hash-checked bytecode. */
export const anyPython: TestPython = ask('python3');
