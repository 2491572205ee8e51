"""The last resort, on Linux: anonymous memory files, for this process alone."""

import ctypes
import os

from . import join
from ._files import GROUPS

# The open file of every joined file, for as long as the process lives.
_open = {}


def joined(path, digest):
    """The path of a joined file in memory, with the libraries that it needs loaded before it, by their names."""
    group = GROUPS[digest]
    files = {file["path"]: file for file in group["files"]}
    for needed in _in_order(path, group["needs"]):
        if needed in _open:
            continue
        _open[needed] = _filled(files[needed])
        if needed != path:
            ctypes.CDLL(_path(_open[needed]), mode=os.RTLD_NOW | os.RTLD_LOCAL)
    return _path(_open[path])


def _in_order(path, needs, seen=()):
    """What a file needs, each before what needs it, and then the file. Libraries may need each other."""
    order = []
    for needed in needs.get(path, ()):
        if needed not in seen:
            order += [other for other in _in_order(needed, needs, (*seen, path)) if other not in order]
    return order + [path]


def _filled(file):
    scratches = []

    def scratch():
        scratches.append(os.memfd_create(os.path.basename(file["path"])))
        return _path(scratches[-1])

    try:
        join.fill(file, scratch(), scratch)
    except BaseException:
        os.close(scratches.pop(0))
        raise
    finally:
        # What was taken out of an archive has served.
        for other in scratches[1:] if len(scratches) > 1 else ():
            os.close(other)
    return scratches[0]


def _path(file):
    return "/proc/self/fd/%d" % file
