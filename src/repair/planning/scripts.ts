/**
 * Executables that wheels install as scripts. They end up in a folder from which no path is known to the libraries of the
 * wheel; those that need such move beside them, and a small Python program starts them from where users look.
 *
 * Specification: "Recommended installer features" of the binary distribution format: a first line `#!python` becomes
 * that of the interpreter that the wheel is installed for.
 */
import type { PlannedLauncher } from '../plan.ts';

const SCRIPT = /^[^/]+\.data\/scripts\/(.+)$/;

/** Where an executable of `.data/scripts` moves to; undefined for what lies elsewhere. */
export function movedScript(path: string, distribution: string): string | undefined {
  const name = SCRIPT.exec(path)?.[1];
  return name === undefined ? undefined : `${distribution}.scripts/${name}`;
}

/** The program that starts an executable from its old place. */
export function launcherFor(path: string, program: string): PlannedLauncher {
  return { path, program, text: launcherText(program) };
}

/**
 * Packages are looked for where this interpreter has them, and where `pip install --target` and `--prefix` put them.
 * The executable takes the place of the process, so that signals and exit codes are its own.
 */
function launcherText(program: string): string {
  return `#!python
"""Starts ${program}, which was moved there to be beside its libraries."""
import os
import site
import sys
import sysconfig

PROGRAM = ${JSON.stringify(program)}


def places():
    # Beside this file first: another version may be where this interpreter has its own packages.
    prefix = os.path.realpath(__file__)
    for _ in PROGRAM.split("/"):
        prefix = os.path.dirname(prefix)
    version = "python%d.%d" % sys.version_info[:2]
    yield prefix
    for lib in ("lib", "lib64", os.path.join("local", "lib")):
        for packages in ("site-packages", "dist-packages"):
            yield os.path.join(prefix, lib, version, packages)
    for scheme in sysconfig.get_scheme_names():
        yield sysconfig.get_path("platlib", scheme, {"base": prefix, "platbase": prefix})
    yield sysconfig.get_path("platlib")
    if site.ENABLE_USER_SITE:
        yield site.getusersitepackages()
    for path in sys.path:
        yield path


def main():
    for place in places():
        program = os.path.join(place, *PROGRAM.split("/"))
        if os.path.isfile(program):
            os.execv(program, [program] + sys.argv[1:])
    sys.exit("%s: cannot find %s; is the package installed?" % (sys.argv[0], PROGRAM))


if __name__ == "__main__":
    main()
`;
}
