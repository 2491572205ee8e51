/** What a container says of itself, asked in one go: each question of its own would cost as much as all of them. */
import type { Environment } from '../environment.ts';

/** An executable that looks like an interpreter. */
export interface ContainerPython {
  readonly path: string;
  readonly realPath: string;
  /** Size and time of the file, as the container's stat has them. */
  readonly stamp: string;
}

export interface ContainerFacts {
  /** A folder of ours that may be written to. */
  readonly folder: string;
  /** `uname -m`. */
  readonly machine: string;
  readonly osRelease: string;
  /** In `/opt/python`, then on PATH; each file once. */
  readonly pythons: readonly ContainerPython[];
  readonly hasLinux32: boolean;
  /** Path of `ccache` and `sccache`, when they are there. */
  readonly caches: Readonly<Record<string, string>>;
  readonly env: Environment;
}

/** sh, with what busybox has; the variables come last, since their values may have lines. */
export const DESCRIBE: string = String.raw`
for folder in /wheelworks /tmp/wheelworks; do mkdir -p "$folder/run" 2>/dev/null && break; done
echo "folder $folder"
echo "machine $(uname -m)"
command -v linux32 >/dev/null 2>&1 && echo "linux32 yes"
for name in ccache sccache; do
  path=$(command -v $name 2>/dev/null) && echo "cache $name $path"
done
python() {
  [ -f "$1" ] && [ -x "$1" ] || return 0
  real=$(readlink -f "$1") || real=$1
  echo "python $1	$real	$(stat -L -c '%s-%Y' "$1" 2>/dev/null)"
}
for prefix in /opt/python/*; do
  for file in "$prefix"/bin/python3 "$prefix"/bin/python "$prefix"/bin/pypy3 "$prefix"/bin/graalpy; do python "$file"; done
done
IFS=:
for folder in $PATH; do
  for file in "$folder"/python3 "$folder"/python3.[0-9] "$folder"/python3.[0-9][0-9] "$folder"/python3.[0-9][0-9]t "$folder"/python "$folder"/pypy3 "$folder"/pypy3.[0-9]* "$folder"/graalpy; do python "$file"; done
done
unset IFS
echo "os-release"
cat /etc/os-release 2>/dev/null
echo
echo "environment"
env
`;

/** Variables of the shell and the engine that asked, and not of the container. */
const PASSING: ReadonlySet<string> = new Set(['SHLVL', 'PWD', 'OLDPWD', '_', 'TERM', 'IFS']);

/** Reads what {@link DESCRIBE} writes; undefined when it is something else. */
export function readDescription(text: string): ContainerFacts | undefined {
  const lines = text.split('\n');
  const release = lines.indexOf('os-release');
  const environment = lines.indexOf('environment', release);
  if (release === -1 || environment === -1) return undefined;
  const said = lines.slice(0, release).map((line) => /^(\S+) (.*)$/.exec(line));
  const valuesOf = (name: string): readonly string[] =>
    said.flatMap((match) => (match?.[1] === name ? [match[2] ?? ''] : []));
  const [folder = '/tmp'] = valuesOf('folder');
  const caches = valuesOf('cache').map((value) => {
    const [name = '', path = ''] = value.split(/ (.*)/);
    return [name, path] as const;
  });
  return {
    folder,
    machine: valuesOf('machine')[0] ?? '',
    osRelease: lines.slice(release + 1, environment - 1).join('\n'),
    pythons: eachOnce(valuesOf('python')),
    hasLinux32: valuesOf('linux32').length > 0,
    caches: Object.fromEntries(caches),
    env: readVariables(lines.slice(environment + 1)),
  };
}

function eachOnce(values: readonly string[]): readonly ContainerPython[] {
  const known = new Map<string, ContainerPython>();
  for (const value of values) {
    const [path = '', realPath = '', stamp = ''] = value.split('\t');
    if (path !== '' && !known.has(realPath)) known.set(realPath, { path, realPath, stamp });
  }
  return [...known.values()];
}

function readVariables(lines: readonly string[]): Environment {
  const variables = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      variables.set(name, value);
      last = name;
    } else if (last !== undefined && line !== '')
      variables.set(last, `${variables.get(last) ?? ''}\n${line}`);
  }
  for (const name of PASSING) variables.delete(name);
  return Object.fromEntries(variables);
}
