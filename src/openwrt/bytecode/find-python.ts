import {
  findInterpreters,
  formatPythonVersion,
  selectInterpreters,
  type Interpreter,
  type InterpreterSearch,
} from '../../python/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { TargetPython } from '../targets/index.ts';

export interface PythonChoice {
  /** What the user asked for: a path, a command, a version. Default: the target's minor version. */
  readonly selector?: string;
}

/**
 * The interpreter of this machine that makes bytecode for a target: of those of its minor version the one of the very
 * same version, else the newest. That its bytecode is the target's shows when it is started (`withCompiler`).
 * @returns the path of its executable
 * @throws WheelworksError `openwrt/no-interpreter`, `python/bad-selector`.
 */
export async function findCompilerPython(
  target: TargetPython,
  search: InterpreterSearch,
  { selector }: PythonChoice = {},
): Promise<string> {
  const asked = selector ?? target.minor;
  const { interpreters, broken } = await findInterpreters({ ...search, explicit: [asked] });
  const { chosen } = selectInterpreters(interpreters, { selectors: [asked] });
  const fitting = interpreters.filter(
    (each) => isOrdinary(each) && formatPythonVersion(each.version) === target.version,
  );
  const [best] = selector === undefined ? [...fitting, ...chosen] : chosen;
  if (best !== undefined) return best.path;
  const [problem] = selector === undefined ? [] : broken;
  throw new WheelworksError(
    'openwrt/no-interpreter',
    selector === undefined
      ? `This machine has no CPython ${target.minor}, which bytecode for the target is made with.`
      : `${selector} is no Python of this machine.`,
    {
      ...(problem === undefined ? {} : { evidence: problem.problem.message }),
      hint: `Any CPython ${target.minor} will do, on any architecture: from your distribution, \`uv python install ${target.minor}\` or \`pyenv install ${target.minor}\`; name it with --python. Or pack with --source-only.`,
    },
  );
}

function isOrdinary({ implementation, freeThreaded, debug }: Interpreter): boolean {
  return implementation.name === 'cpython' && !freeThreaded && !debug;
}
