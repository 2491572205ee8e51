/**
 * `test.sh` of a recipe: the feed's checks call it on a device with the name of an installed package and its version.
 */

/** Imports every module of the project, and compares the version that is installed. */
export function testScript(
  packages: readonly string[],
  project: string,
  modules: readonly string[],
): string {
  const cases = packages.map((name) => `\t${name}) python=${interpreterOf(name)} ;;`);
  const imports = modules.map((module) => `import ${module}`);
  // importlib.metadata came with 3.8; pkg_resources is what Python 2 has.
  const isOld = packages.some((name) => interpreterOf(name) === 'python');
  const version = isOld
    ? ['import pkg_resources', `version = pkg_resources.get_distribution("${project}").version`]
    : ['import importlib.metadata', `version = importlib.metadata.version("${project}")`];
  return `#!/bin/sh

case "$1" in
${cases.join('\n')}
\t*) exit 0 ;;
esac

"$python" - "$2" <<'EOF'
import sys
${[...imports, ...version].join('\n')}

if version != sys.argv[1]:
    print("Wrong version: " + version)
    sys.exit(1)
EOF
`;
}

function interpreterOf(name: string): string {
  return name.startsWith('python-') ? 'python' : 'python3';
}
