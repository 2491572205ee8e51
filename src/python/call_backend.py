"""Calls one PEP 517 hook in the interpreter that runs it: the smallest frontend there is.

It installs nothing, so it serves where the build requirements are met already: an in-tree backend, or a backend that is
installed. Arguments, as one JSON object in argv[1]: `backend`, `backendPath`, `configSettings`, `output`, `hook`
(`build_wheel`, `build_sdist`). The working folder is the project. The name of what was built is written to `output`/.built.
"""

import importlib
import json
import os
import sys


def load(arguments):
    # PEP 517: backend-path entries come first on sys.path; the working folder itself must not be there.
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    sys.path[:0] = [os.path.abspath(entry) for entry in arguments["backendPath"]]
    module, _, attributes = arguments["backend"].partition(":")
    backend = importlib.import_module(module)
    for attribute in filter(None, attributes.split(".")):
        backend = getattr(backend, attribute)
    return backend


def main():
    arguments = json.loads(sys.argv[1])
    backend = load(arguments)
    name = getattr(backend, arguments["hook"])(arguments["output"], arguments["configSettings"] or None)
    with open(os.path.join(arguments["output"], ".built"), "w") as built:
        built.write(name)


main()
