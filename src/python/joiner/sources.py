"""Where the parts of a file are found: beside this package, on `sys.path`, or wherever the import system finds them.

Each of these may be a zip archive. Nothing here needs `importlib.metadata`.
"""

import os
import shutil
import struct
import sys

from ._files import DISTRIBUTION, VERSION
from .places import PACKAGE

OWN = os.path.basename(PACKAGE)
HEADER = struct.Struct("<16s4I32s")
MAGIC = b"wheelworks part\n"


class Found:
    """A file that came with a package: a file at `path`, or the member `member` of the archive at `path`."""

    def __init__(self, path, member=None):
        self.path = path
        self.member = member
        self.size = os.stat(path).st_size if member is None else _archive(path).getinfo(member).file_size

    def open(self):
        return open(self.path, "rb") if self.member is None else _archive(self.path).open(self.member)

    def as_file(self, scratch):
        """A path at which it can be read at any offset; `scratch()` gives that of an empty file for what is archived."""
        if self.member is None:
            return self.path
        path = scratch()
        with self.open() as source, open(path, "r+b") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        return path


def whole(file):
    """The source of a file of a group that travels whole."""
    path = file["path"] if file["from"] == "installed" else "%s/files/%s" % (OWN, file["path"])
    found = _find(path)
    if found is None:
        raise ImportError("%s is not installed whole: %s is missing. %s" % (DISTRIBUTION, path, _mend(OWN)))
    return found


def installed(path):
    """Where a file of the package that is in no group is installed."""
    found = _find(path)
    if found is None or found.member is not None:
        raise ImportError("%s is no file that %s has joined or installed." % (path, DISTRIBUTION))
    return found.path


def part(file, chunk, index):
    """The source of one chunk of a file, when it is a chunk of this very file and has its size."""
    found = _of_package(chunk["package"], chunk["name"])
    name = "%s of %s" % (chunk["name"], distribution_of(chunk["package"]))
    with found.open() as opened:
        head = opened.read(HEADER.size)
    if len(head) < HEADER.size or found.size != chunk["size"]:
        raise damaged(chunk, "it has %d bytes, not %d" % (found.size, chunk["size"]))
    magic, form, number, count, _, digest = HEADER.unpack(head)
    if magic != MAGIC or form != 1:
        raise damaged(chunk, "its header is not one of a part")
    if (number, count, digest.hex()) != (index, len(file["chunks"]), file["sha256"]):
        raise ImportError("%s belongs to another version. %s" % (name, _mend(chunk["package"])))
    return found


def windows(file):
    """The source of the restart windows of a file; None when it has a single segment."""
    return file["windows"] and _of_package(file["windows"]["package"], file["windows"]["name"])


def damaged(chunk, how):
    """The error about a file of a companion that is not what it must be."""
    package = chunk["package"]
    return ImportError("%s of %s is damaged: %s. %s" % (chunk["name"], distribution_of(package), how, _mend(package)))


def distribution_of(package):
    """What to ask an installer for: NAME_part1 is in the distribution NAME-part1."""
    return DISTRIBUTION if package == OWN else "%s-part%s" % (DISTRIBUTION, package.rpartition("_part")[2])


def _of_package(package, name):
    wanted = distribution_of(package)
    found = _find("%s/%s" % (package, name), package)
    start = _find(package + "/__init__.py", package)
    if found is None and start is None:
        text = "%s needs %s %s, which is not installed. %s"
        raise ImportError(text % (DISTRIBUTION, wanted, VERSION, _mend(package, again=False)))
    version = _version(start)
    if version not in (VERSION, None):
        text = "%s %s needs %s %s, and %s is installed. %s"
        raise ImportError(text % (DISTRIBUTION, VERSION, wanted, VERSION, version, _mend(package)))
    if found is None:
        raise ImportError("%s is not installed whole: %s is missing. %s" % (wanted, name, _mend(package)))
    return found


def _version(start):
    """The version that the `__init__.py` of a companion tells; a frozen one has none, and its parts must do."""
    if start is not None:
        with start.open() as file:
            for line in file.read(4096).decode("utf-8", "replace").splitlines():
                if line.startswith("VERSION ="):
                    return line.partition("=")[2].strip(" \"'")
    return None


def _mend(package, again=True):
    options = "--force-reinstall --no-deps " if again else ""
    return "This mends it: python -m pip install %s%s==%s" % (options, distribution_of(package), VERSION)


def _find(path, package=None):
    folders = [os.path.dirname(PACKAGE)] + [folder or os.getcwd() for folder in sys.path]
    for folder in folders:
        found = _at(os.path.join(folder, *path.split("/")))
        if found is not None:
            return found
    if package is not None:
        import importlib.util

        spec = importlib.util.find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            found = _at(os.path.join(os.path.dirname(folder), *path.split("/")))
            if found is not None:
                return found
    return None


def _at(path):
    if os.path.isfile(path):
        return Found(path)
    outer, inner = path, []
    while not os.path.exists(outer):
        outer, name = os.path.split(outer)
        if not name:
            return None
        inner.insert(0, name)
    try:
        return Found(outer, "/".join(inner)) if inner and os.path.isfile(outer) else None
    except (KeyError, ValueError):
        return None


_archives = {}


def _archive(path):
    import zipfile

    if path not in _archives:
        try:
            _archives[path] = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise ValueError(str(error))
    return _archives[path]
