"""Prints, as one JSON object, the installed version of each distribution named in argv, or null."""

import json
import sys

try:
    from importlib.metadata import PackageNotFoundError, version
except ImportError:
    from pkg_resources import DistributionNotFound as PackageNotFoundError
    from pkg_resources import get_distribution

    def version(name):
        return get_distribution(name).version


def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


print(json.dumps({name: installed(name) for name in sys.argv[1:]}))
