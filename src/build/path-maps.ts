/**
 * The folder of a build, taken out of what compilers write: two builds in different folders give the same bytes.
 *
 * `-ffile-prefix-map` (gcc from 8 on, clang from 10 on) covers `__FILE__` and debug information.
 */
import type { Environment } from './environment.ts';
import type { BuildPlace } from './place.ts';

/** What stands in the place of the build's own folder. */
const MAPPED_TO = '/wheelworks';
const TIMEOUT = 20_000;

/** By place and compiler: a run asks each compiler once. */
const known = new WeakMap<BuildPlace, Map<string, Promise<boolean>>>();

/**
 * The variables with `folder` mapped away for compilers that can, for C and C++.
 * @param backend the build backend, which decides by which variable flags are added and not replaced.
 */
export async function withPathMaps(
  place: BuildPlace,
  folder: string,
  { env, backend }: { readonly env: Environment; readonly backend: string },
): Promise<Environment> {
  // An option with a blank would come apart in most build systems.
  if (place.platform === 'win32' || /\s/.test(folder)) return env;
  const compiler = env['CC'] === undefined || env['CC'] === '' ? 'cc' : env['CC'];
  const answers = known.get(place) ?? new Map<string, Promise<boolean>>();
  known.set(place, answers);
  const answer = answers.get(compiler) ?? understands(place, compiler, env);
  answers.set(compiler, answer);
  if (!(await answer)) return env;
  const flag = `-ffile-prefix-map=${folder}=${MAPPED_TO}`;
  const added = (name: string): Environment => {
    const flags = env[name];
    return { [name]: flags === undefined || flags === '' ? flag : `${flags} ${flag}` };
  };
  // setuptools takes CFLAGS for all there is, and would leave -O and -DNDEBUG out; CPPFLAGS it adds, as Meson and make do.
  if (!knowsNoCppflags(backend)) return { ...env, ...added('CPPFLAGS') };
  return { ...env, ...added('CFLAGS'), ...added('CXXFLAGS') };
}

/** CMake reads CFLAGS and CXXFLAGS alone, and adds its own of the kind of build. */
function knowsNoCppflags(backend: string): boolean {
  return /scikit_build|skbuild|cmake/i.test(backend);
}

async function understands(
  place: BuildPlace,
  compiler: string,
  env: Environment,
): Promise<boolean> {
  const [command = 'cc', ...args] = compiler.split(/\s+/);
  try {
    const result = await place.run(
      command,
      [...args, '-ffile-prefix-map=/a=/b', '-E', '-x', 'c', '/dev/null'],
      { cwd: '/', env, timeoutMs: TIMEOUT },
    );
    return result.exitCode === 0;
  } catch {
    return false;
  }
}
